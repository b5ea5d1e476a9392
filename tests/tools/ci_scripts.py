"""Writes the shell that stands in workflows and pipelines to files of its own: ci_scripts.py FOLDER FILE...

Fails where an expression is put into a script: values go through the environment."""

import pathlib
import sys

import ruamel.yaml

folder, files = pathlib.Path(sys.argv[1]), sys.argv[2:]


def write(name, shell, lines):
    # Lists in lists are what anchors stand for.
    while isinstance(lines, list) and any(isinstance(line, list) for line in lines):
        lines = [part for line in lines for part in (line if isinstance(line, list) else [line])]
    text = "\n".join(lines) if isinstance(lines, list) else lines
    if "${{" in text:
        sys.exit(f"{name}: an expression stands in the script")
    (folder / f"{name}.sh").write_text(f"#!{shell}\nset -e\n{text}\n")


for file in files:
    document = ruamel.yaml.YAML(typ="safe").load(pathlib.Path(file))
    stem = pathlib.Path(file).stem.lstrip(".")
    if "runs" in document or "on" in document:
        jobs = {"action": document["runs"]} if "runs" in document else document["jobs"]
        for job, content in jobs.items():
            for number, step in enumerate(content["steps"]):
                if "run" in step:
                    write(f"{stem}-{job}-{number}", "/usr/bin/env bash", step["run"])
    else:
        for job, content in document.items():
            for part in ("before_script", "script"):
                if isinstance(content, dict) and part in content:
                    write(f"{stem}-{job.lstrip('.')}-{part}", "/bin/sh", content[part])
