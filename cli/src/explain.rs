//! Words for what private keys tell about a value that does not open.

use sealsmith_core::reseal::Place;
use sealsmith_core::scope::Scope;

/// Says for which place a value was sealed.
pub(crate) fn place(place: &Place) -> String {
    match place.scope {
        Scope::Strict => format!("{}/{} (strict)", place.namespace, place.name),
        Scope::NamespaceWide => {
            format!("any name in namespace {} (namespace-wide)", place.namespace)
        }
        Scope::ClusterWide => "any namespace and name (cluster-wide)".to_owned(),
    }
}
