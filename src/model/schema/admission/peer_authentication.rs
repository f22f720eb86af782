//! `ValidatePeerAuthentication` and the CEL rule beside it.

use super::{Judge, part, present};
use crate::yaml::Node;

impl Judge<'_, '_> {
    pub(super) fn peer_authentication(&mut self, spec: Node<'_>) {
        let Some(ports) = part(spec, "portLevelMtls") else {
            return;
        };
        let selector = part(spec, "selector").and_then(|selector| part(selector.value, "matchLabels"));
        if selector.is_some_and(|labels| present(labels.value).next().is_some()) {
            return;
        }
        let mut unknown = self.review.unknown.iter_mut();
        if let Some(lost) = unknown.find(|field| field.is_lost_selector) {
            // The labels are there, in a place where they do not count: one mistake, not two.
            lost.replaces_required = true;
        } else {
            let message = "`portLevelMtls` needs a `selector` with labels";
            self.refuse(ports.key_span, "spec.portLevelMtls", message);
        }
    }
}
