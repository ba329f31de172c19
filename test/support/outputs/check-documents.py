"""Checks the documents of OCI layouts (folders) against the schemas of the image-spec: check-documents.py SCHEMAS LAYOUT..."""
import json
import pathlib
import sys

import jsonschema
import referencing
from referencing.jsonschema import DRAFT4

schemas = {}
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    if row["kind"] == "json-schema":
        schemas[row["name"]] = json.loads(row["document"])

registry = referencing.Registry(
    retrieve=lambda uri: DRAFT4.create_resource(schemas[uri.rsplit("/", 1)[-1]])
)


def check(name, document):
    validator = jsonschema.validators.validator_for(schemas[name])
    validator(schemas[name], registry=registry).validate(document)


count = 0
for folder in map(pathlib.Path, sys.argv[2:]):
    blob = lambda descriptor: json.loads((folder / "blobs" / descriptor["digest"].replace(":", "/")).read_bytes())
    index = json.loads((folder / "index.json").read_bytes())
    check("image-index-schema.json", index)
    check("image-layout-schema.json", json.loads((folder / "oci-layout").read_bytes()))
    for entry in index["manifests"]:
        manifest = blob(entry)
        check("content-descriptor.json", entry)
        check("image-manifest-schema.json", manifest)
        check("config-schema.json", blob(manifest["config"]))
        count += 3
    count += 2
print(count, "documents are valid")
