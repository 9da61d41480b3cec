//! Files beside the sealed ones that look as if something were wrong with them.

use sealsmith_lint::source::File;

use crate::random::Random;
use crate::settings::tracked;

const FILES: [(&str, &str); 16] = [
    (
        "apps/N/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations: {argocd.argoproj.io/sync-wave: \"0\"}\nspec:\n  template:\n    metadata:\n      annotations: {checksum/secret: abc}\n    spec:\n      containers:\n        - name: web\n          env:\n            - name: PASSWORD\n              valueFrom: {secretKeyRef: {name: db-credentials, key: password}}\n",
    ),
    (
        "charts/N/values.yaml",
        "existingSecret: db-credentials\npasswordSecretName: db\nsecretKey: password\ntokenReviewer: {enabled: true}\nauth:\n  password: \"\"\n  apiKey: ${API_KEY}\n  existingSecretPasswordKey: password\nimagePullSecrets: [regcred]\n",
    ),
    (
        "charts/N/templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\ntype: Opaque\nstringData:\n  password: {{ .Values.password | quote }}\n  url: \"postgres://{{ .Values.user }}@db\"\n",
    ),
    (
        "charts/N/templates/range.yaml",
        "{{- range $k, $v := .Values.secrets }}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: {{ $k }}}\ndata:\n  {{- range $n, $x := $v }}\n  {{ $n }}: {{ $x | b64enc }}\n  {{- end }}\n{{- end }}\n",
    ),
    (
        "apps/N/token.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: deployer-token\n  annotations: {kubernetes.io/service-account.name: deployer}\ntype: kubernetes.io/service-account-token\n",
    ),
    (
        "apps/N/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, labels: {version: \"1.20\"}}\ndata:\n  LOG_LEVEL: info\n  PASSWORD_FILE: /run/secrets/password\n  notes: |\n    The operator makes a Secret named db.\n",
    ),
    (
        "docs/N.md",
        "# Secrets\n\n```yaml\nkind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB...\n```\n\nNever commit a `kind: Secret`.\n",
    ),
    (
        "apps/N/patch.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: old}\n$patch: delete\n",
    ),
    (
        "apps/N/sops.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  password: ENC[AES256_GCM,data:dGVzdA==,iv:AAAA,tag:BBBB,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:str]\n  version: 3.9.0\n",
    ),
    (
        "apps/N/external.yaml",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: other-N}\nspec:\n  secretStoreRef: {name: aws, kind: ClusterSecretStore}\n  target: {name: other-N}\n  data:\n    - {secretKey: password, remoteRef: {key: app/db, property: password}}\n",
    ),
    (
        "apps/N/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [deployment.yaml]\nconfigMapGenerator:\n  - name: app\n    literals: [LOG_LEVEL=debug]\n",
    ),
    (
        "crds/N.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec:\n  names: {kind: Thing, plural: things}\n  versions:\n    - name: v1\n      schema:\n        openAPIV3Schema:\n          properties:\n            kind: {type: string, enum: [Secret, ConfigMap], default: Secret}\n            data: {type: object}\n",
    ),
    (
        ".github/workflows/N.yml",
        "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n      TOKEN: ${{ secrets.GITHUB_TOKEN }}\n    steps: [{run: make}]\n",
    ),
    (
        "apps/N/rbac.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules:\n  - {apiGroups: [\"\"], resources: [secrets], verbs: [get]}\n",
    ),
    (
        "scripts/N.sh",
        "#!/bin/sh\nset -eu\nexport PASSWORD=\"$(cat /run/secrets/password)\"\nkubectl create secret generic db --from-literal=password=\"$PASSWORD\" --dry-run=client -o yaml | kubeseal\n",
    ),
    (
        "argocd/N.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  source: {repoURL: https://git.example/platform.git, path: envs/dev, targetRevision: main}\n  destination: {server: https://kubernetes.default.svc, namespace: web-dev}\n",
    ),
];

/// One of them, in LF or CRLF.
pub(super) fn file(random: &mut Random, number: usize) -> File {
    let (path, text) = FILES[random.below(FILES.len())];
    let n = format!("n{number}");
    let text = text.replace("other-N", &format!("other-{n}"));
    let text = if random.one_in(6) {
        text.replace('\n', "\r\n")
    } else {
        text
    };
    tracked(&path.replace('N', &n), text)
}
