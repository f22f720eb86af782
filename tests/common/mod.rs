//! What several tests need.

use peerauth::model::Objects;
use peerauth::source::FileId;
use peerauth::yaml;

/// The objects of a text of manifests that is known to be right.
pub fn objects(text: &str) -> Objects {
    let mut objects = Objects::default();
    for document in yaml::split(text.as_bytes()) {
        let parsed = yaml::parse(FileId(0), text.as_bytes(), &document);
        assert!(
            parsed.defects.is_empty(),
            "the text has defects: {:?}",
            parsed.defects
        );
        if let Some(tree) = parsed.tree {
            objects
                .read(tree.root(), document.index, text)
                .expect("the objects are of kinds that are read");
        }
    }
    objects
}
