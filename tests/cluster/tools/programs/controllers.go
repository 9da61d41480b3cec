package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

const (
	workers    = 5
	syncPeriod = 30 * time.Second
)

// The controllers of kube-controller-manager that a rollout needs, and the one that takes away what has lost its owner,
// started as cmd/kube-controller-manager/app does. All of its controllers would be 300 packages more.
func newControllersCommand() *cobra.Command {
	command := &cobra.Command{Use: "kube-controllers", SilenceUsage: true}
	kubeconfig := command.Flags().String("kubeconfig", "", "how the API server is reached")
	command.RunE = func(command *cobra.Command, _ []string) error {
		config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
		if err != nil {
			return err
		}
		config.QPS, config.Burst = 200, 400
		return run(command.Context(), config)
	}
	return command
}

func run(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	metadataClient, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	shared := informers.NewSharedInformerFactory(client, 0)
	apps, core := shared.Apps().V1(), shared.Core().V1()

	deployments, err := deployment.NewDeploymentController(ctx, apps.Deployments(), apps.ReplicaSets(), core.Pods(), client)
	if err != nil {
		return err
	}
	replicaSets := replicaset.NewReplicaSetController(ctx, apps.ReplicaSets(), core.Pods(), client, replicaset.BurstReplicas)
	statefulSets := statefulset.NewStatefulSetController(
		ctx, core.Pods(), apps.StatefulSets(), core.PersistentVolumeClaims(), apps.ControllerRevisions(), client)

	all := informerfactory.NewInformerFactory(shared, metadatainformer.NewSharedInformerFactory(metadataClient, 0))
	started := make(chan struct{})
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	garbage, err := garbagecollector.NewGarbageCollector(
		ctx, client, metadataClient, mapper, garbagecollector.DefaultIgnoredResources(), all, started)
	if err != nil {
		return err
	}

	go deployments.Run(ctx, workers)
	go replicaSets.Run(ctx, workers)
	go statefulSets.Run(ctx, workers)
	go garbage.Run(ctx, workers, syncPeriod)
	go garbage.Sync(ctx, client.Discovery(), syncPeriod)
	all.Start(ctx.Done())
	close(started)
	<-ctx.Done()
	return nil
}
