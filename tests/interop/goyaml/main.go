// Command goyaml says which of Kubernetes' own readers see a readable Secret in a text.
//
// Standard input holds texts, each after its length in bytes and a line feed. Each is answered with a line: the names of
// the readers that see a v1 Secret with a value in it, or an empty line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// A reader hands over each object of a text as JSON, as far as it gets.
type reader struct {
	name string
	read func(text []byte, found func(object []byte))
}

var readers = []reader{
	{"whole", whole},
	{"splitter", splitter},
	{"decoder", decoder},
	{"helm", helm},
	{"v3", v3},
}

// sigs.k8s.io/yaml on everything there is, as tools do that expect one object.
func whole(text []byte, found func([]byte)) {
	if object, err := yaml.YAMLToJSON(text); err == nil {
		found(object)
	}
}

// The document reader of apimachinery. A document that does not parse takes only itself along.
func splitter(text []byte, found func([]byte)) {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if err != nil && !errors.As(err, new(utilyaml.YAMLSyntaxError)) {
			return
		}
		whole(document, found)
	}
}

// The decoder of kubectl and Argo CD, which also takes JSON.
func decoder(text []byte, found func([]byte)) {
	objects := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var object json.RawMessage
		err := objects.Decode(&object)
		if err != nil && !errors.As(err, new(utilyaml.YAMLSyntaxError)) {
			return
		}
		found(object)
	}
}

// As in helm.sh/helm/v3, pkg/releaseutil/manifest.go.
var separator = regexp.MustCompile(`(?:^|\s*\n)---\s*`)

func helm(text []byte, found func([]byte)) {
	for _, document := range separator.Split(strings.TrimSpace(string(text)), -1) {
		whole([]byte(document), found)
	}
}

// The YAML reader below Kustomize.
func v3(text []byte, found func([]byte)) {
	documents := yamlv3.NewDecoder(bytes.NewReader(text))
	for {
		var document map[string]any
		err := documents.Decode(&document)
		if err != nil && !errors.As(err, new(*yamlv3.TypeError)) {
			return
		}
		if object, err := json.Marshal(document); err == nil {
			found(object)
		}
	}
}

// A Secret, or a list of objects. Names of fields match in any case, as for encoding/json.
type object struct {
	Kind       string            `json:"kind"`
	APIVersion string            `json:"apiVersion"`
	Data       map[string]any    `json:"data"`
	StringData map[string]any    `json:"stringData"`
	Items      []json.RawMessage `json:"items"`
}

// Whether an object is a Secret with a value, or holds one in a list; inherited is the kind of a list's items.
func isReadable(raw []byte, inherited string) bool {
	var one object
	// A field of an unexpected type hides none of the others.
	if err := json.Unmarshal(raw, &one); err != nil && !errors.As(err, new(*json.UnmarshalTypeError)) {
		return false
	}
	if one.Kind == "" && one.APIVersion == "" {
		one.Kind, one.APIVersion = inherited, "v1"
	}
	if one.APIVersion != "v1" {
		return false
	}
	if one.Kind == "Secret" {
		return hasValue(one.Data) || hasValue(one.StringData)
	}
	for _, item := range one.Items {
		if isReadable(item, strings.TrimSuffix(one.Kind, "List")) {
			return true
		}
	}
	return false
}

// Whether a map holds a value: text that a tool fills in is none.
func hasValue(data map[string]any) bool {
	for _, value := range data {
		text, isText := value.(string)
		filledIn := strings.Contains(text, "{{") || strings.Contains(text, "${")
		if value != nil && !filledIn && (!isText || text != "") {
			return true
		}
	}
	return false
}

// Which readers see a Secret. One that panics sees none.
func seenBy(text []byte) []string {
	names := []string{}
	for _, reader := range readers {
		if sees(reader, text) {
			names = append(names, reader.name)
		}
	}
	return names
}

func sees(reader reader, text []byte) (seen bool) {
	defer func() { _ = recover() }()
	reader.read(text, func(object []byte) { seen = seen || isReadable(object, "") })
	return
}

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	for {
		var length int
		if _, err := fmt.Fscanf(in, "%d\n", &length); err == io.EOF {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(in, text); err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(out, strings.Join(seenBy(text), " "))
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}
