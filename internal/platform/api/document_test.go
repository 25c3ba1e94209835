package api_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"grappe/internal/platform/api"
)

// at finds a value by the way to it: "paths:/api/v1/things:get:parameters:0:name".
func at(t testing.TB, document any, way string) string {
	t.Helper()
	for step := range strings.SplitSeq(way, ":") {
		switch v := document.(type) {
		case map[string]any:
			document = v[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				t.Fatalf("%s: no %q in a list of %d", way, step, len(v))
			}
			document = v[n]
		default:
			document = nil
		}
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDocumentSays(t *testing.T) {
	_, h := serve(t, "en")
	var document any
	if err := json.Unmarshal(read(t, h, api.DocumentPath), &document); err != nil {
		t.Fatal(err)
	}
	things, schemas := "paths:/api/v1/things:get:", "components:schemas:"
	for way, want := range map[string]string{
		"openapi":                                  `"3.1.0"`,
		"info:license:url":                         `"https://opendatacommons.org/licenses/odbl/"`,
		"servers":                                  `[{"url":"https://grappe.example/nc"}]`,
		"tags":                                     `[{"description":"Text of shop.tag.shelf.description","name":"shelf"},{"description":"Text of shop.tag.words.description","name":"words"}]`,
		things + "operationId":                     `"things"`,
		things + "summary":                         `"Text of shop.op.things.summary"`,
		things + "parameters:0:schema":             `{"maxLength":30,"type":"string"}`,
		things + "parameters:1:schema":             `{"items":{"enum":["new","old"],"type":"string"},"maxItems":3,"type":"array"}`,
		things + "parameters:1:explode":            `true`,
		things + "parameters:2:schema":             `{"items":{"maximum":180,"minimum":-180,"type":"number"},"maxItems":4,"minItems":4,"type":"array"}`,
		things + "parameters:2:explode":            `false`,
		things + "parameters:2:examples:box":       `{"summary":"Text of shop.example.things.box","value":[170,-25,-170,-10]}`,
		things + "parameters:3:examples:box:value": `[-22.27,166.44]`,
		things + "parameters:4:schema":             `{"maximum":2000,"minimum":0.5,"type":"number"}`,
		things + "parameters:5:schema:enum":        `["1","0","true","false"]`,
		things + "parameters:6:schema":             `{"default":"name","enum":["name","price"],"type":"string"}`,
		things + "parameters:7:examples:box:value": `["id","price"]`,
		things + "parameters:8:schema":             `{"default":20,"maximum":500,"minimum":1,"type":"integer"}`,
		things + "parameters:9:examples":           `null`,
		things + "parameters:0:required":           `null`,
		things + "responses:200:headers": `{"ETag":{"$ref":"#/components/headers/ETag"},"Last-Modified":{"$ref":"#/components/headers/Last-Modified"},` +
			`"RateLimit":{"$ref":"#/components/headers/RateLimit"},"RateLimit-Policy":{"$ref":"#/components/headers/RateLimit-Policy"}}`,
		things + "responses:200:content:application/json:schema":              `{"$ref":"#/components/schemas/Things"}`,
		things + "responses:200:content:application/json:example:things:0:id": `"a"`,
		things + "responses:410":                                                  `{"$ref":"#/components/responses/410"}`,
		things + "responses:404":                                                  `null`,
		"paths:/api/v1/things/{id}:get:parameters:0:required":                     `true`,
		"paths:/api/v1/things/{id}:get:parameters:0:examples:one:value":           `"a b/c"`,
		"paths:/api/v1/kinds:get:parameters":                                      `null`,
		"paths:/api/v1/kinds:get:responses:200:content:application/json":          `{"schema":{"items":{"enum":["new","old"],"type":"string"},"type":"array"}}`,
		"paths:/api/v1/things/{id}:get:responses:308":                             `{"$ref":"#/components/responses/308"}`,
		"paths:/api/v1/things/{id}:get:responses:200:content:application/ld+json": `{"schema":{"additionalProperties":{},"type":"object"}}`,
		"components:responses:308:headers":                                        `{"Location":{"$ref":"#/components/headers/Location"}}`,
		things + "responses:308":                                                  `null`,
		schemas + "Thing:required":                                                `["id","kind","maker","price","rate","made"]`,
		schemas + "Thing:properties:secret":                                       `null`,
		schemas + "Thing:properties:kind":                                         `{"description":"Text of shop.field.thing.kind","enum":["new","old"],"type":"string"}`,
		schemas + "Thing:properties:maker:anyOf":                                  `[{"$ref":"#/components/schemas/Maker"},{"type":"null"}]`,
		schemas + "Thing:properties:rate:type":                                    `["number","null"]`,
		schemas + "Thing:properties:lat:type":                                     `"number"`,
		schemas + "Thing:properties:made:format":                                  `"date-time"`,
		schemas + "Thing:properties:words:additionalProperties:type":              `"integer"`,
		schemas + "Thing:properties:inside:items":                                 `{"$ref":"#/components/schemas/Thing"}`,
		schemas + "Found:required":                                                `null`,
		schemas + "Found:properties:id:description":                               `"Text of shop.field.thing.id"`,
		schemas + "Found:properties:distance_km:description":                      `"Text of shop.field.found.distance_km"`,
		schemas + "Problem:required":                                              `["type","title","status","detail","code"]`,
		schemas + "Problem:properties:errors:items":                               `{"$ref":"#/components/schemas/ProblemField"}`,
		"components:responses:429:headers:Retry-After":                            `{"$ref":"#/components/headers/Retry-After"}`,
		"components:responses:404:headers:Retry-After":                            `null`,
		"components:responses:400:content:application/problem+json:schema":        `{"$ref":"#/components/schemas/Problem"}`,
		"components:headers:Retry-After:description":                              `"Seconds to wait before asking again."`,
	} {
		if got := at(t, document, way); got != want {
			t.Errorf("%s is %s, want %s", way, got, want)
		}
	}
	if text := string(read(t, h, api.DocumentPath)); strings.Contains(text, "hidden") || strings.Contains(text, "\"x-") {
		t.Error("the document tells what is not answered, or extends OpenAPI")
	}
	_, h = serve(t, "fr")
	if text := string(read(t, h, api.DocumentPath)); !strings.Contains(text, "Secondes à attendre") {
		t.Error("the French document is not in French")
	}
}
