//! The rules: what is worth telling an author of manifests.
//!
//! A rule looks at [`Facts`] and pushes findings; it knows neither files nor formats nor levels. To add one,
//! write its file, name it twice here, and give it a folder of cases in `testdata/rules`.

mod ambient;
mod clients;
mod connections;
mod direct;
mod documentation;
mod hosts;
mod manifest;
mod policies_alone;
mod ports;
mod rule;
mod strict_ports;
mod wording;

mod ambient_blocked_hbone;
mod ambient_disable;
mod ambient_empty_root_selector;
mod ambient_ignored_destination_rule;
mod ambient_ignored_port_exception;
mod ambient_to_strict_sidecar;
mod ambient_unenforced_strict;
mod auto_mtls_off;
mod certificates_with_istio_mutual;
mod conflicting_data_plane;
mod credential_name_without_selector;
mod dropped_document;
mod duplicate_key;
mod duplicate_object;
mod envoy_filter_not_modelled;
mod expired_exception;
mod external_entry_for_mesh_host;
mod foreign_tls_to_strict;
mod headless_ambient;
mod headless_exception;
mod headless_mixed_endpoints;
mod identity_policy_without_strict;
mod ingress_to_strict;
mod invalid_resource;
mod invalid_yaml;
mod load_balancer_to_strict;
mod misplaced_mesh_policy;
mod mtls_to_plaintext;
mod no_mesh_policy;
mod non_string_label;
mod oversized_input;
mod plain_tls_to_permissive_http;
mod plaintext_accepted;
mod plaintext_to_strict;
mod policy_on_gateway;
mod policy_outside_mesh;
mod port_settings_drop_tls;
mod probe_to_strict;
mod redundant_policy;
mod removed_api;
mod revision_scoped_policy;
mod root_namespace_selector;
mod scrape_to_strict;
mod server_first_permissive;
mod service_port_in_port_mtls;
mod shadowed_destination_rule;
mod shadowed_policy;
mod sidecar_egress_hides_service;
mod sidecar_ingress_tls_ignored;
mod strict_under_disabled_parent;
mod target_port_in_port_settings;
mod telling;
mod tls_mode_label;
mod uncaptured_port_in_port_mtls;
mod uncaptured_service_port;
mod undeclared_peer_port;
mod undocumented_exception;
mod unknown_field;
mod unknown_port_in_port_mtls;
mod unknown_revision;
mod unmatched_host;
mod unmatched_selector;
mod unmeshed_caller;
mod unmet_expectation;
mod unreachable_destination_rule;
mod unset_mode;
mod unused_ignore;
mod webhook_to_strict;
mod widened_selector;
mod workload_entry_without_identity;
mod wrong_subject_alt_name;

use jiff::civil::Date;

use crate::callers::Callers;
use crate::config::{Config, Expectation};
use crate::id;
use crate::load::{FlawedObject, Loaded, Remark, Skipped, UnreadObject};
use crate::matrix::{Answers, Matrix};
use crate::mesh::Mesh;
use crate::model::Objects;
use crate::resolve::Resolution;
use crate::resolve::classes::Groups;
use crate::resolve::client::Senders;
use crate::yaml;

pub(crate) use crate::model::Owners;
use rule::declare_rule;
pub use rule::{Activation, Declared, Effect, Family, Input, Metadata, Rule};
pub use telling::may_tell;
pub(crate) use unmet_expectation::{has_reason, used_exceptions};

/// Every rule, by family, in the order of the catalogue.
pub static RULES: &[&dyn Rule] = &[
    &invalid_yaml::InvalidYaml,
    &invalid_resource::InvalidResource,
    &unknown_field::UnknownField,
    &widened_selector::WidenedSelector,
    &duplicate_key::DuplicateKey,
    &removed_api::RemovedApi,
    &duplicate_object::DuplicateObject,
    &dropped_document::DroppedDocument,
    &oversized_input::OversizedInput,
    &non_string_label::NonStringLabel,
    &envoy_filter_not_modelled::EnvoyFilterNotModelled,
    &root_namespace_selector::RootNamespaceSelector,
    &shadowed_policy::ShadowedPolicy,
    &unmatched_selector::UnmatchedSelector,
    &service_port_in_port_mtls::ServicePortInPortMtls,
    &unknown_port_in_port_mtls::UnknownPortInPortMtls,
    &uncaptured_port_in_port_mtls::UncapturedPortInPortMtls,
    &policy_outside_mesh::PolicyOutsideMesh,
    &policy_on_gateway::PolicyOnGateway,
    &misplaced_mesh_policy::MisplacedMeshPolicy,
    &unset_mode::UnsetMode,
    &strict_under_disabled_parent::StrictUnderDisabledParent,
    &redundant_policy::RedundantPolicy,
    &revision_scoped_policy::RevisionScopedPolicy,
    &ambient_disable::AmbientDisable,
    &ambient_ignored_port_exception::AmbientIgnoredPortException,
    &ambient_unenforced_strict::AmbientUnenforcedStrict,
    &ambient_to_strict_sidecar::AmbientToStrictSidecar,
    &headless_ambient::HeadlessAmbient,
    &ambient_blocked_hbone::AmbientBlockedHbone,
    &ambient_ignored_destination_rule::AmbientIgnoredDestinationRule,
    &conflicting_data_plane::ConflictingDataPlane,
    &unknown_revision::UnknownRevision,
    &ambient_empty_root_selector::AmbientEmptyRootSelector,
    &plaintext_to_strict::PlaintextToStrict,
    &foreign_tls_to_strict::ForeignTlsToStrict,
    &mtls_to_plaintext::MtlsToPlaintext,
    &plain_tls_to_permissive_http::PlainTlsToPermissiveHttp,
    &auto_mtls_off::AutoMtlsOff,
    &headless_exception::HeadlessException,
    &headless_mixed_endpoints::HeadlessMixedEndpoints,
    &uncaptured_service_port::UncapturedServicePort,
    &tls_mode_label::TlsModeLabel,
    &external_entry_for_mesh_host::ExternalEntryForMeshHost,
    &workload_entry_without_identity::WorkloadEntryWithoutIdentity,
    &sidecar_ingress_tls_ignored::SidecarIngressTlsIgnored,
    &server_first_permissive::ServerFirstPermissive,
    &sidecar_egress_hides_service::SidecarEgressHidesService,
    &unmatched_host::UnmatchedHost,
    &unreachable_destination_rule::UnreachableDestinationRule,
    &shadowed_destination_rule::ShadowedDestinationRule,
    &target_port_in_port_settings::TargetPortInPortSettings,
    &port_settings_drop_tls::PortSettingsDropTls,
    &credential_name_without_selector::CredentialNameWithoutSelector,
    &wrong_subject_alt_name::WrongSubjectAltName,
    &certificates_with_istio_mutual::CertificatesWithIstioMutual,
    &webhook_to_strict::WebhookToStrict,
    &ingress_to_strict::IngressToStrict,
    &load_balancer_to_strict::LoadBalancerToStrict,
    &scrape_to_strict::ScrapeToStrict,
    &probe_to_strict::ProbeToStrict,
    &unmeshed_caller::UnmeshedCaller,
    &undeclared_peer_port::UndeclaredPeerPort,
    &plaintext_accepted::PlaintextAccepted,
    &no_mesh_policy::NoMeshPolicy,
    &undocumented_exception::UndocumentedException,
    &expired_exception::ExpiredException,
    &identity_policy_without_strict::IdentityPolicyWithoutStrict,
    &unmet_expectation::UnmetExpectation,
    &unused_ignore::UnusedIgnore,
];

/// What was read and what is asked of it, whatever the context.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Every object, of all contexts.
    pub objects: &'a Objects,
    /// Mistakes in the texts.
    pub defects: &'a [yaml::Defect],
    /// Objects that the API server would refuse, or from which it would drop something.
    pub flawed: &'a [FlawedObject],
    /// Comments that ask for findings to be ignored.
    pub remarks: &'a [Remark],
    /// Objects of kinds that are not read, with annotations that ask for findings to be ignored.
    pub unread: &'a [UnreadObject],
    /// What was not read.
    pub skipped: &'a [Skipped],
    /// The modes that have to be in force.
    pub expectations: &'a [Expectation],
    /// Whether what was read holds everything that the config is about, so that what is missing is gone.
    pub is_whole: bool,
    /// Whether an exception without a reason is none.
    pub require_reasons: bool,
    /// The day on which it is asked. Until one is named, nothing has expired.
    pub today: Date,
}

impl<'a> Given<'a> {
    /// What was read; nothing is expected of it.
    pub fn new(loaded: &'a Loaded) -> Given<'a> {
        Given {
            objects: &loaded.objects,
            defects: &loaded.defects,
            flawed: &loaded.flawed,
            remarks: &loaded.remarks,
            unread: &loaded.unread,
            skipped: &loaded.skipped,
            expectations: &[],
            is_whole: false,
            require_reasons: false,
            today: Date::MIN,
        }
    }

    /// The same on a day.
    #[must_use]
    pub fn on(self, today: Date) -> Given<'a> {
        Given { today, ..self }
    }

    /// The same with what a config expects.
    #[must_use]
    pub fn expecting(self, config: &'a Config, is_whole: bool) -> Given<'a> {
        Given {
            expectations: &config.expect,
            require_reasons: config.demands_reasons(),
            is_whole,
            ..self
        }
    }
}

/// Everything that a rule may look at, for one context.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What was read.
    pub given: Given<'a>,
    /// The context's objects, indexed.
    pub mesh: &'a Mesh<'a>,
    /// What Istio makes of single workloads.
    pub resolution: &'a Resolution<'a, 'a>,
    /// What clients send.
    pub senders: &'a Senders<'a, 'a, 'a>,
    /// Which given clients see the same.
    pub groups: &'a Groups<'a, 'a>,
    /// What becomes of it, for every class of clients and endpoints.
    pub matrix: &'a Matrix<'a, 'a>,
    /// What shows who calls what, beside the mesh's own proxies.
    pub callers: &'a Callers<'a>,
}

impl<'a> Facts<'a> {
    /// What was read, and what Istio makes of it in one context.
    pub fn new(given: Given<'a>, answers: Answers<'a>) -> Facts<'a> {
        let Answers {
            senders,
            groups,
            matrix,
            callers,
        } = answers;
        let resolution = senders.resolution;
        Facts {
            given,
            mesh: resolution.mesh,
            resolution,
            senders,
            groups,
            matrix,
            callers,
        }
    }

    /// What Istio makes of it, without the rest.
    pub fn answers(&self) -> Answers<'a> {
        Answers {
            senders: self.senders,
            groups: self.groups,
            matrix: self.matrix,
            callers: self.callers,
        }
    }
}

/// A name that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule is called `{id}`{}", did_you_mean(*.suggestion))]
pub struct UnknownRule {
    /// What was asked for.
    pub id: String,
    /// The rule that was probably meant.
    pub suggestion: Option<&'static str>,
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |id| format!("; did you mean `{id}`?"))
}

/// The rule of that id.
pub fn find(name: &str) -> Result<&'static dyn Rule, UnknownRule> {
    let found = RULES.iter().copied().find(|rule| rule.id().0 == name);
    found.ok_or_else(|| UnknownRule {
        id: name.to_owned(),
        suggestion: id::nearest(name, RULES.iter().map(|rule| rule.id().0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_rule_is_suggested() {
        let unknown = find("invalid_ymal").err().unwrap();
        assert_eq!(
            unknown.to_string(),
            "no rule is called `invalid_ymal`; did you mean `invalid-yaml`?"
        );
        assert_eq!(find("nonsense").err().unwrap().suggestion, None);
    }

    #[test]
    fn the_list_is_in_the_order_of_families_and_names_no_rule_twice() {
        assert!(RULES.is_sorted_by_key(|rule| rule.metadata().family));
        let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id().0).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
    }
}
