"""The production settings as a process with a given environment would read them, without starting one."""

import importlib
import os
import sys
from types import ModuleType
from unittest import mock

from django.core.exceptions import ImproperlyConfigured

from project import settings as package
from tests.house.steps import production_example

READ_AT_IMPORT = ("project.settings.prod", "project.settings.base")
EXAMPLE = production_example()


def production(**changed: str | None) -> ModuleType:
    """The settings over the example with these changes; None takes a variable away. Raises ImproperlyConfigured."""
    given = {name: value for name, value in {**EXAMPLE, **changed}.items() if value is not None}
    kept = {name: sys.modules.pop(name, None) for name in READ_AT_IMPORT}
    attributes = {name: vars(package).get(name.rpartition(".")[2]) for name in READ_AT_IMPORT}
    try:
        with mock.patch.dict(os.environ, given, clear=True):
            return importlib.import_module("project.settings.prod")
    finally:
        for name in READ_AT_IMPORT:
            sys.modules.pop(name, None)
            if (module := kept[name]) is not None:
                sys.modules[name] = module
            if (attribute := attributes[name]) is not None:
                setattr(package, name.rpartition(".")[2], attribute)


def refusal(**changed: str | None) -> str:
    """What production says when it does not start; empty when it does."""
    try:
        production(**changed)
    except ImproperlyConfigured as error:
        return str(error)
    return ""
