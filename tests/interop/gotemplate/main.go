// Command gotemplate renders templates exactly as the sealed-secrets controller does, one JSON object a line:
//
//	{"name": "key", "source": "{{ .a }}", "data": {"a": "<base64>"}}  ->  {"ok": "<base64>"} or {"error": true}
//
// With -functions it prints the names of all functions a template may call, one a line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

type question struct {
	Name   string            `json:"name"`
	Source string            `json:"source"`
	Data   map[string][]byte `json:"data"`
}

type answer struct {
	OK    *[]byte `json:"ok,omitempty"`
	Error bool    `json:"error,omitempty"`
}

// As in sealed-secrets v0.36.6, pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go.
var functions = sprig.GenericFuncMap()

func init() {
	delete(functions, "env")
	delete(functions, "expandenv")
	delete(functions, "getHostByName")
}

func render(q question) ([]byte, error) {
	data := map[string]string{}
	for key, value := range q.Data {
		data[key] = string(value)
	}
	t, err := template.New(q.Name).Funcs(functions).Parse(q.Source)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer([]byte{})
	err = t.Execute(out, data)
	return out.Bytes(), err
}

// The builtins of text/template, which offers no list of them.
var builtins = []string{
	"and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
	"print", "printf", "println", "slice", "urlquery",
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "-functions" {
		names := slices.Clone(builtins)
		for name := range functions {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			fmt.Println(name)
		}
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		q := question{Name: "key"}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			log.Fatal(err)
		}
		rendered, err := render(q)
		if err != nil && os.Getenv("EXPLAIN") != "" {
			log.Printf("%s: %v", q.Source, err)
		}
		if err := out.Encode(pick(rendered, err)); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func pick(rendered []byte, err error) answer {
	if err != nil {
		return answer{Error: true}
	}
	return answer{OK: &rendered}
}
