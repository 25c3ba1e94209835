package opendata

import (
	"cmp"
	"fmt"
	"net/http"

	"grappe/internal/directory"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// node is an object of JSON-LD.
type node map[string]any

// The vocabularies of the European Union that DCAT-AP asks to use: https://semiceu.github.io/DCAT-AP/releases/3.0.0/.
const (
	euFileType  = "http://publications.europa.eu/resource/authority/file-type/"
	euLanguage  = "http://publications.europa.eu/resource/authority/language/"
	euTheme     = "http://publications.europa.eu/resource/authority/data-theme/"
	euFrequency = "http://publications.europa.eu/resource/authority/frequency/"
	euAccess    = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
	ianaMedia   = "https://www.iana.org/assignments/media-types/"
)

// catalogue answers harvesters of data portals by a DCAT catalogue of one data set: the cards that the address asks for.
func (p *Pages) catalogue(w http.ResponseWriter, r *http.Request) error {
	frame, t := ui.Of(r), territory.Of(r.Context())
	return p.describe(w, r, "application/ld+json", "/donnees/catalogue.jsonld", frame, t, func(d dataset) any { return d.dcatCatalogue() })
}

func dcatContext() node {
	return node{
		"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
		"vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
		"locn": "http://www.w3.org/ns/locn#", "gsp": "http://www.opengis.net/ont/geosparql#",
	}
}

func (d dataset) dcatCatalogue() node {
	catalogue := node{
		"@context": dcatContext(), "@id": d.at("/donnees/catalogue.jsonld"), "@type": "dcat:Catalog",
		"dct:title": d.text(d.P.T("opendata.catalogue", "cluster", d.cluster())), "dct:description": d.text(d.description()),
		"dct:publisher": d.publisher(), "dct:language": ref(euLanguageOf(d.Lang)),
		"foaf:homepage": ref(d.URL("/")), "dcat:themeTaxonomy": ref("http://publications.europa.eu/resource/authority/data-theme"),
		"dcat:dataset": []node{d.dcatDataset()},
	}
	d.licensed(catalogue)
	d.date(catalogue)
	return catalogue
}

func (d dataset) dcatDataset() node {
	set := node{
		"@id": d.at("/donnees") + "#dataset", "@type": "dcat:Dataset", "dct:identifier": d.at("/donnees"),
		"dct:title": d.text(d.title()), "dct:description": d.text(d.description()), "dct:publisher": d.publisher(),
		"dct:language": ref(euLanguageOf(d.Lang)), "dcat:landingPage": ref(d.at("/donnees")),
		"dct:accrualPeriodicity": ref(euFrequency + "CONT"), "dct:accessRights": ref(euAccess),
		"dcat:theme":        []node{ref(euTheme + "ECON"), ref(euTheme + "TECH")},
		"dct:spatial":       d.dcatPlace(),
		"dcat:contactPoint": d.dcatContact(), "dcat:distribution": d.dcatDistributions(),
	}
	var words []node
	for _, word := range d.keywords() {
		words = append(words, d.text(word))
	}
	set["dcat:keyword"] = words
	var sources []node
	for _, s := range d.sources {
		source := node{"@type": "dct:ProvenanceStatement", "dct:description": d.text(d.sentence(s))}
		sources = append(sources, source)
	}
	if len(sources) > 0 {
		set["dct:provenance"] = sources
	}
	d.licensed(set)
	d.date(set)
	return set
}

// sentence says of a source what its licence asks to say.
func (d dataset) sentence(s directory.Credit) string {
	if s.Licence == "" {
		return credited(s)
	}
	return d.P.T("opendata.source_licence", "source", credited(s), "licence", s.Licence)
}

func (d dataset) dcatDistributions() []node {
	var all []node
	for _, f := range formats() {
		one := node{
			"@id": d.at(f.path()), "@type": "dcat:Distribution", "dct:title": d.text(d.P.T("opendata.format." + string(f.name))),
			"dct:description": d.text(d.P.T("opendata.for." + string(f.name))),
			"dcat:accessURL":  ref(d.at("/donnees")), "dcat:downloadURL": ref(d.at(f.path())),
			"dcat:mediaType": ref(ianaMedia + f.mediaType), "dct:format": ref(euFileType + euFileTypeOf(f)),
			"foaf:page": ref(d.at("/donnees/datapackage.json")),
		}
		d.licensed(one)
		d.date(one)
		all = append(all, one)
	}
	service := node{
		"@id": d.URL("/api/v1"), "@type": "dcat:DataService", "dct:title": d.text(d.P.T("opendata.way.api")),
		"dcat:endpointURL": ref(d.URL("/api/v1")), "dcat:endpointDescription": ref(d.URL("/api/openapi.json")),
	}
	api := node{
		"@id": d.at("/api/v1/listings"), "@type": "dcat:Distribution", "dct:title": d.text(d.P.T("opendata.way.api")),
		"dcat:accessURL": ref(d.at("/api/v1/listings")), "dcat:accessService": service,
		"dcat:mediaType": ref(ianaMedia + "application/json"), "dct:format": ref(euFileType + "JSON"),
	}
	d.licensed(api)
	d.date(api)
	return append(all, api)
}

func euFileTypeOf(f format) string {
	switch f.name {
	case "jsonl":
		return "JSON"
	case "geojson":
		return "GEOJSON"
	case "xlsx":
		return "XLSX"
	case "json":
		return "JSON"
	}
	return "CSV"
}

func euLanguageOf(lang string) string {
	if lang == "en" {
		return euLanguage + "ENG"
	}
	return euLanguage + "FRA"
}

func (d dataset) publisher() node {
	return node{"@id": d.URL("/") + "#publisher", "@type": "foaf:Organization", "foaf:name": d.text(d.cluster()), "foaf:homepage": ref(d.URL("/"))}
}

func (d dataset) dcatContact() node {
	contact := node{"@type": "vcard:Organization", "vcard:fn": d.cluster(), "vcard:hasURL": ref(d.URL("/"))}
	if d.territory.Contact != "" {
		contact["vcard:hasEmail"] = ref("mailto:" + d.territory.Contact)
	}
	return contact
}

// licensed says under which licence something stands, where anybody said.
func (d dataset) licensed(n node) {
	if d.licence.IsZero() {
		return
	}
	licence := node{"@type": "dct:LicenseDocument", "dct:title": d.text(d.licence.Name)}
	if d.licence.URL != "" {
		licence["@id"] = d.licence.URL
	}
	n["dct:license"] = licence
}

func (d dataset) dcatPlace() node {
	b := d.territory.Box
	wkt := fmt.Sprintf("POLYGON((%[1]g %[2]g,%[3]g %[2]g,%[3]g %[4]g,%[1]g %[4]g,%[1]g %[2]g))", b.West, b.South, b.East, b.North)
	return node{
		"@type": "dct:Location", "locn:geographicName": d.text(d.territory.Name(d.Lang)),
		"dcat:bbox": node{"@type": "gsp:wktLiteral", "@value": wkt},
	}
}

func (d dataset) text(s string) node { return node{"@language": d.Lang, "@value": s} }

func ref(address string) node { return node{"@id": address} }

// date says when the cards last changed.
func (d dataset) date(n node) {
	if at := d.updated(); at != "" {
		n["dct:modified"] = node{"@type": "xsd:dateTime", "@value": at}
	}
}

// schemaDataset is the data set as search engines read it: https://schema.org/Dataset.
func (d dataset) schemaDataset() node {
	b := d.territory.Box
	set := node{
		"@context": "https://schema.org", "@type": "Dataset", "@id": d.at("/donnees") + "#dataset", "name": d.title(), "description": d.description(),
		"url": d.at("/donnees"), "inLanguage": d.Lang, "isAccessibleForFree": true, "keywords": d.keywords(),
		"creator":   node{"@type": "Organization", "name": d.cluster(), "url": d.URL("/")},
		"publisher": node{"@type": "Organization", "name": d.cluster(), "url": d.URL("/")},
		"spatialCoverage": node{
			"@type": "Place", "name": d.territory.Name(d.Lang),
			"geo": node{"@type": "GeoShape", "box": fmt.Sprintf("%g %g %g %g", b.South, b.West, b.North, b.East)},
		},
		"includedInDataCatalog": node{"@type": "DataCatalog", "name": d.P.T("opendata.catalogue", "cluster", d.cluster()), "url": d.URL("/donnees/catalogue.jsonld")},
	}
	if licence := cmp.Or(d.licence.URL, d.licence.Name); licence != "" {
		set["license"] = licence
	}
	if at := d.updated(); at != "" {
		set["dateModified"] = at
	}
	var files []node
	for _, f := range formats() {
		files = append(files, node{
			"@type": "DataDownload", "name": d.P.T("opendata.format." + string(f.name)), "encodingFormat": f.mediaType, "contentUrl": d.at(f.path()),
		})
	}
	set["distribution"] = files
	var based []node
	for _, s := range d.sources {
		one := node{"@type": "CreativeWork", "name": credited(s)}
		if address := webOnly(s.URL); address != "" {
			one["url"] = address
		}
		if s.Licence != "" {
			one["license"] = s.Licence
		}
		based = append(based, one)
	}
	if len(based) > 0 {
		set["isBasedOn"] = based
	}
	return set
}
