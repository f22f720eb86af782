//! What a DestinationRule says on TLS.

use crate::model::destination_rule::{ClientTls, TrafficPolicy};
use crate::report::explain::block::Block;
use crate::report::place::Places;
use crate::source::Span;
use crate::yaml::Spanned;

/// Where it is written.
pub(super) struct Settings<'b, 'p> {
    pub(super) block: &'b mut Block,
    pub(super) places: &'p Places<'p>,
}

impl Settings<'_, '_> {
    /// The policy of the rule itself, or of a subset; `span` is the place of one that is left out.
    pub(super) fn policy(
        &mut self,
        subset: Option<&str>,
        policy: Option<&Spanned<TrafficPolicy>>,
        span: Span,
    ) {
        let label = |port: Option<u32>| {
            let subset = subset.map(|subset| format!("subset {subset}"));
            let port = port.map(|port| format!("port {port}"));
            let parts: Vec<String> = subset.into_iter().chain(port).collect();
            if parts.is_empty() {
                "tls".to_owned()
            } else {
                parts.join(" ")
            }
        };
        let tls = policy.and_then(|policy| policy.tls.as_ref());
        self.tls(&label(None), tls, policy.map_or(span, |policy| policy.key));
        for entry in policy.into_iter().flat_map(|policy| &policy.port_level_settings) {
            self.tls(&label(entry.number()), entry.tls.as_ref(), entry.span);
        }
    }

    fn tls(&mut self, label: &str, tls: Option<&Spanned<ClientTls>>, otherwise: Span) {
        let mode = tls.map_or("(unset)", |tls| tls.effective_mode().as_str());
        let span = tls.map_or(otherwise, |tls| {
            tls.mode.as_ref().map_or(tls.key, |mode| mode.span)
        });
        self.block
            .line([label, mode], Some(self.places.of(span).to_string()));
    }
}
