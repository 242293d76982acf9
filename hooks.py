"""Every way in from MkDocs. Each event is one call into `macros/site.py`; read from top to bottom, this is a build."""

import logging
from pathlib import Path

from mkdocs.plugins import event_priority

from macros import runs, site

ROOT = Path(__file__).parent
state = {"serving": False, "site": None, "code": {}}


def on_startup(*, command, dirty):
    """Once: how we are run, the clock, and what our code looked like."""
    state["serving"] = command == "serve"
    state["code"] = runs.code_state(ROOT)
    runs.fix_clock(ROOT)
    logging.getLogger("mkdocs.plugins.mkdocs_macros").setLevel(logging.WARNING)  # seven lines a build, for its makers


def on_config(config):
    """Read all texts and stop here if the edition has faults."""
    state["site"] = site.Site(config, state["serving"])
    state["site"].say_restart(runs.changed(state["code"], runs.code_state(ROOT)))
    return config


@event_priority(-100)  # after mkdocs-macros has made its own environment
def on_pre_build(config):
    state["site"].guard_macros(config.plugins["macros"])


@event_priority(100)  # before any plugin sees a file
def on_files(files, config):
    return state["site"].files(files)


def on_nav(nav, config, files):
    return state["site"].navigation(nav)


@event_priority(100)  # before mkdocs-macros
def on_page_markdown(markdown, page, config, files):
    return state["site"].markdown(page)


def on_page_content(html, page, config, files):
    return state["site"].content(html, page)


def on_env(env, config, files):
    state["site"].stop_on_macro_errors()
    return env


@event_priority(50)  # before the search reads the page
def on_page_context(context, page, config, nav):
    state["site"].context(context, config, page.file.tillit)
    return context


def on_template_context(context, template_name, config):
    state["site"].context(context, config, None)
    return context


def on_post_template(output_content, template_name, config):
    return state["site"].finish(output_content, None)


def on_post_page(output, page, config):
    return state["site"].finish(output, page.file.tillit)


@event_priority(-100)  # after the search has written its index
def on_post_build(config):
    state["site"].split_search()
