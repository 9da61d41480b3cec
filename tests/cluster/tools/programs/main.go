// The Go programs of a test cluster in one, which is the program whose name it is started under: Kubernetes and Argo CD
// share most of what they are made of, so together they are compiled and linked in half the time.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	name := filepath.Base(os.Args[0])
	switch name {
	case "kube-apiserver":
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "kube-controllers":
		os.Exit(cli.Run(newControllersCommand()))
	case "argocd-application-controller":
		execute(controller.NewCommand())
	case "argocd-repo-server":
		execute(reposerver.NewCommand())
	default:
		fmt.Fprintf(os.Stderr, "error: %s is none of the programs in here\n", name)
		os.Exit(2)
	}
}

// As Argo CD's own main does.
func execute(command *cobra.Command) {
	if command.Execute() != nil {
		os.Exit(1)
	}
}
