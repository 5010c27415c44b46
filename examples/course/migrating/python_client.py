"""The Python side of docs/migrating/python.md. It needs the package cocalc-api."""

import os

import cocalc_api

# [hub]
hub = cocalc_api.Hub(api_key=os.environ["COCALC_API_KEY"], host=os.environ["COCALC_HOST"])
for person in hub.system.user_search("foo"):
    print(person["first_name"], person["last_name"])
# [end]

# [error]
try:
    hub.call("system.noSuchThing", [])
except RuntimeError as error:  # httpx.HTTPError for the way there
    print("refused:", error)
# [end]

# [project]
project_id = hub.projects.create_project(title="Thesis")
project = cocalc_api.Project(
    api_key=os.environ["COCALC_API_KEY"], host=os.environ["COCALC_HOST"], project_id=project_id
)
done = project.system.exec(command="echo hello", timeout=10)
print(done["stdout"])
# [end]
