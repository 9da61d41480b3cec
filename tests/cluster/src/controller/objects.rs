//! What the chart of the controller installs besides its process, and what a kubelet would say about its pod.

use super::setup::ControllerSetup;
use crate::api::Api;
use crate::error::Result;
use serde_json::{Value, json};
use std::net::SocketAddr;

const RBAC: &str = "rbac.authorization.k8s.io";

/// The label that the pods of a controller have its name in.
pub(super) const NAME: &str = "app.kubernetes.io/name";

/// The objects around one controller.
pub(super) struct Objects<'a> {
    name: &'a str,
    namespace: &'a str,
}

impl<'a> Objects<'a> {
    pub(super) fn of(setup: &'a ControllerSetup) -> Self {
        Self {
            name: setup.name(),
            namespace: setup.namespace(),
        }
    }

    /// Gives the controller the rights of its chart (`helm/sealed-secrets/templates/*role*.yaml`) and no more, so that
    /// a missing one shows here too.
    pub(super) fn apply_rights(&self, api: &Api) -> Result<()> {
        api.ensure_namespace(self.namespace)?;
        let account = json!({"apiVersion": "v1", "kind": "ServiceAccount"});
        self.apply(api, "/api/v1", "serviceaccounts", self.name, account)?;
        self.apply_unsealer(api)?;
        let me =
            json!([{"kind": "ServiceAccount", "name": self.name, "namespace": self.namespace}]);
        let everybody =
            json!([{"apiGroup": RBAC, "kind": "Group", "name": "system:authenticated"}]);
        self.apply_role(api, "key-admin", key_admin(), me)?;
        self.apply_role(
            api,
            "service-proxier",
            service_proxier(self.name),
            everybody,
        )
    }

    /// Makes the Service, which leads nowhere yet.
    pub(super) fn apply_service(&self, api: &Api) -> Result<()> {
        let ports = json!([{"name": "http", "port": 8080, "targetPort": 8080}]);
        let service = json!({"apiVersion": "v1", "kind": "Service", "spec": {"ports": ports}});
        self.apply(api, "/api/v1", "services", self.name, service)
    }

    /// Leads the Service to a port of a pod. The proxy of the API server follows the older Endpoints only.
    pub(super) fn route(&self, api: &Api, pod: &str, listens: SocketAddr) -> Result<()> {
        let pod = json!({"kind": "Pod", "name": pod, "namespace": self.namespace});
        let endpoints = json!({"apiVersion": "v1", "kind": "Endpoints", "subsets": [{
            "addresses": [{"ip": listens.ip().to_string(), "targetRef": pod}],
            "ports": [{"name": "http", "port": listens.port()}],
        }]});
        self.apply(api, "/api/v1", "endpoints", self.name, endpoints)
    }

    /// Makes a pod that nobody owns, for a cluster without Deployments.
    pub(super) fn create_pod(&self, api: &Api, flags: &[String]) -> Result<Value> {
        let mut pod = self.template(flags);
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        pod["metadata"]["name"] = format!("{}-0", self.name).into();
        api.create(&format!("/api/v1/namespaces/{}/pods", self.namespace), &pod)
    }

    /// Makes the Deployment of the chart.
    pub(super) fn apply_deployment(&self, api: &Api, flags: &[String]) -> Result<()> {
        let spec = json!({"replicas": 1, "selector": {"matchLabels": self.labels()}, "template": self.template(flags)});
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": spec});
        self.apply(api, "/apis/apps/v1", "deployments", self.name, deployment)
    }

    fn template(&self, flags: &[String]) -> Value {
        let container =
            json!({"name": "controller", "image": "sealed-secrets-controller", "args": flags});
        json!({"metadata": {"labels": self.labels()}, "spec": {"containers": [container]}})
    }

    fn labels(&self) -> Value {
        json!({NAME: self.name})
    }

    fn apply_unsealer(&self, api: &Api) -> Result<()> {
        let (group, name) = (format!("/apis/{RBAC}/v1"), "secrets-unsealer");
        let role = json!({"apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRole",
            "metadata": {"name": name}, "rules": unsealer()});
        api.apply(&format!("{group}/clusterroles/{name}"), &role)?;
        // One binding a controller, since two of one name may live in two namespaces.
        let binding = format!("{}.{}", self.name, self.namespace);
        let object = json!({"apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRoleBinding",
            "metadata": {"name": binding},
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": self.name, "namespace": self.namespace}]});
        api.apply(&format!("{group}/clusterrolebindings/{binding}"), &object)
            .map(drop)
    }

    fn apply_role(&self, api: &Api, suffix: &str, rules: Value, subjects: Value) -> Result<()> {
        let group = format!("/apis/{RBAC}/v1");
        let name = format!("{}-{suffix}", self.name);
        let role = json!({"apiVersion": format!("{RBAC}/v1"), "kind": "Role", "rules": rules});
        self.apply(api, &group, "roles", &name, role)?;
        let binding = json!({"apiVersion": format!("{RBAC}/v1"), "kind": "RoleBinding",
            "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": name}, "subjects": subjects});
        self.apply(api, &group, "rolebindings", &name, binding)
    }

    fn apply(
        &self,
        api: &Api,
        group: &str,
        kind: &str,
        name: &str,
        mut object: Value,
    ) -> Result<()> {
        object["metadata"] = json!({"name": name, "namespace": self.namespace});
        let path = format!("{group}/namespaces/{}/{kind}/{name}", self.namespace);
        api.apply(&path, &object).map(drop)
    }
}

fn unsealer() -> Value {
    json!([
        {"apiGroups": ["bitnami.com"], "resources": ["sealedsecrets"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["bitnami.com"], "resources": ["sealedsecrets/status"], "verbs": ["update"]},
        {"apiGroups": [""], "resources": ["secrets"],
            "verbs": ["get", "list", "create", "update", "delete", "watch"]},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
    ])
}

fn key_admin() -> Value {
    json!([
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["sealed-secrets-key"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "list"]},
    ])
}

fn service_proxier(name: &str) -> Value {
    let reached_as = [
        format!("http:{name}:"),
        format!("http:{name}:http"),
        name.to_owned(),
    ];
    json!([
        {"apiGroups": [""], "resources": ["services"], "resourceNames": [name], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["services/proxy"], "resourceNames": reached_as, "verbs": ["create", "get"]},
    ])
}
