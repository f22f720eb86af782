//! Which rows of the matrix some rule has something to say of. Of the others rules ask nothing but what holds for
//! everybody who gets the same answer: which endpoints are reached, and which subsets. So they need not be known as
//! exactly.

use super::{
    certificates_with_istio_mutual, credential_name_without_selector, external_entry_for_mesh_host,
    port_settings_drop_tls, server_first_permissive, wrong_subject_alt_name,
};
use crate::matrix::Row;
use crate::mesh::Mesh;

/// Whether some rule may have something to say of a row, for which it has to know everybody who follows rules.
pub fn may_tell(mesh: &Mesh<'_>, row: &Row<'_, '_>) -> bool {
    row.is_refused()
        || credential_name_without_selector::ignored(row).is_some()
        || port_settings_drop_tls::entry(row).is_some()
        || wrong_subject_alt_name::names(row).is_some()
        || certificates_with_istio_mutual::own_certificates(row).is_some()
        || external_entry_for_mesh_host::is_external(row)
        || server_first_permissive::waits(mesh, row)
}
