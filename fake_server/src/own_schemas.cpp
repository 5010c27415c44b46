// What the server's own routes take and give: the schemas of openapi.json.
//
// A member that may be null is always there. A test holds each answer against its schema, and the
// list of members that each refusal names against the schema of the body.

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <utility>

#include "own_exchange.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

// `with` names a schema whose members this one has, too. They are optional here.
constexpr char const own_schema_text[] = R"json({
"Done": {
    "type": "object", "additionalProperties": false, "required": ["ok"],
    "properties": {"ok": {"type": "boolean", "enum": [true]}}
},
"Time": {"type": "integer", "format": "int64", "description": "milliseconds since 1970"},
"OptionalTime": {
    "type": "integer", "format": "int64", "nullable": true, "description": "milliseconds since 1970, or never"
},
"OptionalText": {"type": "string", "nullable": true},
"AccountId": {"type": "string", "format": "uuid", "description": "the id of an account"},
"ProjectId": {"type": "string", "format": "uuid", "description": "the id of a project"},

"RequestList": {
    "type": "object", "additionalProperties": false, "required": ["connections", "open", "requests"],
    "properties": {
        "connections": {"type": "integer", "description": "that were accepted since the journal was cleared"},
        "open": {"type": "integer", "description": "connections that are open now"},
        "requests": {"type": "array", "items": {"$ref": "#/components/schemas/Request"}}
    }
},
"Request": {
    "type": "object", "additionalProperties": false,
    "required": ["number", "time", "clock", "connection", "method", "path", "headers", "body", "name", "status",
        "took_ms", "fault", "answer", "answer_bytes"],
    "properties": {
        "number": {"type": "integer", "description": "counts from 1 since the journal was cleared"},
        "time": {"$ref": "#/components/schemas/Time"},
        "clock": {"type": "integer", "format": "int64", "description": "what the server's clock showed then"},
        "connection": {"type": "integer", "description": "counts from 1, by the first request"},
        "method": {"type": "string"},
        "path": {"type": "string"},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "body": {"$ref": "#/components/schemas/Body"},
        "name": {"type": "string", "description": "the function that is called, such as system.ping; or empty"},
        "status": {"type": "integer", "nullable": true, "description": "of the answer; null if there is none"},
        "took_ms": {"type": "integer", "nullable": true, "description": "null: there is no answer yet"},
        "fault": {"type": "string", "nullable": true, "description": "the step of a fault that the request met"},
        "fault_id": {"type": "integer", "description": "the number of this fault"},
        "answer": {"$ref": "#/components/schemas/Body"},
        "answer_bytes": {"type": "integer", "description": "the length of the whole answer's body"}
    }
},
"AnyObject": {"type": "object", "additionalProperties": true},
"Body": {"description": "the JSON; a body that is no JSON is a text; no body is null", "nullable": true},
"RequestCount": {
    "type": "object", "additionalProperties": false, "required": ["count", "met"],
    "properties": {"count": {"type": "integer"}, "met": {"type": "boolean", "description": "at_least as many"}}
},
"Connections": {
    "type": "object", "additionalProperties": false,
    "required": ["connections", "open", "handshakes", "resumed", "met"],
    "properties": {
        "connections": {"type": "integer", "description": "that were accepted since the journal was cleared"},
        "open": {"type": "integer", "description": "connections that are open now"},
        "handshakes": {"type": "integer", "description": "TLS handshakes"},
        "resumed": {"type": "integer", "description": "those of them that resumed a session"},
        "met": {"type": "boolean", "description": "whether the conditions of the query are met"}
    }
},
"FrameList": {
    "type": "object", "additionalProperties": false, "required": ["frames"],
    "properties": {"frames": {"type": "array", "items": {"$ref": "#/components/schemas/Frame"}}}
},
"Frame": {
    "type": "object", "additionalProperties": false, "required": ["connection", "path", "kind", "fin", "payload"],
    "properties": {
        "connection": {"type": "integer"},
        "path": {"type": "string"},
        "kind": {"type": "string", "description": "text, binary, continuation, close, ping, pong"},
        "fin": {"type": "boolean", "description": "whether the message ends with this frame"},
        "code": {"type": "integer", "description": "of a close"},
        "payload": {"type": "string", "description": "of a close: its reason"}
    }
},
"Problems": {
    "type": "object", "additionalProperties": false, "required": ["problems"],
    "properties": {"problems": {"type": "array", "items": {"type": "string"}}}
},

"Account": {
    "type": "object", "additionalProperties": false,
    "required": ["account_id", "first_name", "last_name", "name", "email_address", "email_address_verified",
        "created", "last_active", "unlisted", "deleted", "banned", "admin", "partner", "org", "profile", "balance",
        "min_balance", "passports"],
    "properties": {
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "first_name": {"$ref": "#/components/schemas/OptionalText"},
        "last_name": {"$ref": "#/components/schemas/OptionalText"},
        "name": {"$ref": "#/components/schemas/OptionalText"},
        "email_address": {"$ref": "#/components/schemas/OptionalText"},
        "email_address_verified": {"$ref": "#/components/schemas/VerifiedAddresses"},
        "created": {"$ref": "#/components/schemas/OptionalTime"},
        "last_active": {"$ref": "#/components/schemas/OptionalTime"},
        "unlisted": {"type": "boolean"},
        "deleted": {"type": "boolean"},
        "banned": {"type": "boolean", "nullable": true},
        "admin": {"type": "boolean"},
        "partner": {"type": "boolean"},
        "org": {"$ref": "#/components/schemas/OptionalText"},
        "profile": {"$ref": "#/components/schemas/Profile"},
        "balance": {"type": "number", "description": "US dollars"},
        "min_balance": {"type": "number", "description": "US dollars"},
        "passports": {"type": "array", "items": {"$ref": "#/components/schemas/Passport"}}
    }
},
"NewAccount": {
    "with": "Account", "description": "a member that is left out is null or false; account_id is drawn",
    "properties": {"password": {"type": "string"}}
},
"VerifiedAddresses": {
    "type": "object", "nullable": true, "additionalProperties": {"type": "string"},
    "description": "when each address was verified"
},
"Profile": {
    "type": "object", "nullable": true, "additionalProperties": false,
    "properties": {"color": {"type": "string"}, "image": {"type": "string"}}
},
"Passport": {
    "type": "object", "additionalProperties": false,
    "properties": {"strategy": {"type": "string"}, "id": {"type": "string"}}
},
"AccountIds": {
    "type": "object", "additionalProperties": false, "required": ["account_ids"],
    "properties": {"account_ids": {"type": "array", "items": {"$ref": "#/components/schemas/AccountId"}}}
},

"KeyList": {
    "type": "object", "additionalProperties": false, "required": ["keys"],
    "properties": {"keys": {"type": "array", "items": {"$ref": "#/components/schemas/Key"}}}
},
"Key": {
    "type": "object", "additionalProperties": false,
    "required": ["id", "key", "account_id", "project_id", "name", "expire", "created", "last_active", "legacy"],
    "properties": {
        "id": {"type": "integer"},
        "key": {"type": "string"},
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "project_id": {"$ref": "#/components/schemas/OptionalText"},
        "name": {"$ref": "#/components/schemas/OptionalText"},
        "expire": {"$ref": "#/components/schemas/OptionalTime"},
        "created": {"$ref": "#/components/schemas/Time"},
        "last_active": {"$ref": "#/components/schemas/OptionalTime"},
        "legacy": {"type": "boolean", "description": "a key from before keys had numbers"}
    }
},
"NewKey": {
    "type": "object", "additionalProperties": false, "required": ["account_id"],
    "properties": {
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "key": {"type": "string", "description": "drawn if it is left out"},
        "project_id": {
            "type": "string", "format": "uuid", "nullable": true,
            "description": "the only project that the key is for; null: it is for the account"
        },
        "name": {"$ref": "#/components/schemas/OptionalText"},
        "expire": {"$ref": "#/components/schemas/OptionalTime"},
        "legacy": {"type": "boolean", "description": "a key from before keys had numbers"},
        "id": {"type": "integer", "description": "one that is not in use"}
    }
},
"KeyTexts": {
    "type": "object", "additionalProperties": false, "required": ["keys"],
    "properties": {"keys": {"type": "array", "items": {"type": "string"}}}
},
"Token": {
    "type": "object", "additionalProperties": false, "required": ["token", "account_id", "created_by", "expire"],
    "properties": {
        "token": {"type": "string"},
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "created_by": {"type": "string"},
        "expire": {"$ref": "#/components/schemas/Time"}
    }
},
"Mail": {
    "type": "object", "additionalProperties": false, "required": ["account_id", "address", "sent"],
    "properties": {
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "address": {"type": "string"},
        "sent": {"$ref": "#/components/schemas/Time"}
    }
},

"Project": {
    "type": "object", "additionalProperties": false,
    "required": ["project_id", "title", "description", "owners", "collaborators", "owners_manage", "created",
        "edited", "deleted", "state", "state_time", "error", "starts_in_ms", "files"],
    "properties": {
        "project_id": {"$ref": "#/components/schemas/ProjectId"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "owners": {"type": "array", "items": {"$ref": "#/components/schemas/AccountId"}},
        "collaborators": {"type": "array", "items": {"$ref": "#/components/schemas/AccountId"}},
        "owners_manage": {"type": "boolean", "description": "only owners change who collaborates"},
        "created": {"$ref": "#/components/schemas/Time"},
        "edited": {"$ref": "#/components/schemas/Time"},
        "deleted": {"type": "boolean"},
        "state": {"$ref": "#/components/schemas/OptionalText"},
        "state_time": {"$ref": "#/components/schemas/Time"},
        "error": {"$ref": "#/components/schemas/OptionalText"},
        "starts_in_ms": {"type": "integer", "description": "how long a start takes"},
        "files": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/File"}}
    }
},
"NewProject": {
    "with": "Project", "description": "what is left out is drawn, empty or now",
    "properties": {
        "status": {"type": "object", "additionalProperties": true, "description": "what the project reports of itself"},
        "files": {
            "type": "object", "description": "by their paths",
            "additionalProperties": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/File"}]}
        },
        "edits": {"type": "array", "items": {"$ref": "#/components/schemas/Edit"}},
        "opened": {"type": "array", "items": {"$ref": "#/components/schemas/OpenedFile"}},
        "legacy_history": {"type": "array", "items": {"$ref": "#/components/schemas/LegacyHistory"}},
        "kernels": {"type": "array", "items": {"$ref": "#/components/schemas/Kernel"}},
        "invite_tokens": {"type": "array", "items": {"$ref": "#/components/schemas/InviteToken"}}
    }
},
"File": {
    "type": "object", "additionalProperties": false,
    "description": "one of content, base64, link and directory",
    "properties": {
        "content": {"type": "string"},
        "base64": {"type": "string", "format": "byte", "description": "content that is not text"},
        "link": {"type": "string", "description": "where a symbolic link leads"},
        "directory": {"type": "boolean"},
        "modified": {"$ref": "#/components/schemas/Time"}
    }
},
"Edit": {
    "type": "object", "additionalProperties": false, "required": ["path"],
    "properties": {
        "path": {"type": "string"},
        "time": {"$ref": "#/components/schemas/Time"},
        "change": {"type": "string", "description": "JSON, as the editor writes it"}
    }
},
"OpenedFile": {
    "type": "object", "additionalProperties": false, "required": ["path"],
    "properties": {
        "path": {"type": "string"},
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "time": {"$ref": "#/components/schemas/Time"}
    }
},
"LegacyHistory": {
    "type": "object", "additionalProperties": false, "required": ["path"],
    "properties": {
        "path": {"type": "string"},
        "id": {"type": "string", "format": "uuid"},
        "patches": {"type": "string"}
    }
},
"Kernel": {
    "type": "object", "additionalProperties": false, "required": ["pid", "connection_file"],
    "properties": {
        "pid": {"type": "integer"},
        "connection_file": {"type": "string"},
        "name": {"type": "string"}
    }
},
"InviteToken": {
    "type": "object", "additionalProperties": false, "required": ["token"],
    "properties": {
        "token": {"type": "string"},
        "uses": {"type": "integer", "nullable": true, "description": "how often it may be used; null: always"},
        "expires": {"$ref": "#/components/schemas/OptionalTime"}
    }
},
"ProjectIds": {
    "type": "object", "additionalProperties": false, "required": ["project_ids"],
    "properties": {"project_ids": {"type": "array", "items": {"$ref": "#/components/schemas/ProjectId"}}}
},

"Organization": {
    "type": "object", "additionalProperties": false,
    "required": ["name", "title", "description", "link", "email_address", "admins"],
    "properties": {
        "name": {"$ref": "#/components/schemas/OptionalText"},
        "title": {"$ref": "#/components/schemas/OptionalText"},
        "description": {"$ref": "#/components/schemas/OptionalText"},
        "link": {"$ref": "#/components/schemas/OptionalText"},
        "email_address": {"$ref": "#/components/schemas/OptionalText"},
        "admins": {"type": "array", "nullable": true, "items": {"$ref": "#/components/schemas/AccountId"}}
    }
},
"NewOrganization": {"with": "Organization", "required": ["name"], "properties": {"name": {"type": "string"}}},
"OrganizationNames": {
    "type": "object", "additionalProperties": false, "required": ["names"],
    "properties": {"names": {"type": "array", "items": {"type": "string"}}}
},
"Message": {
    "type": "object", "additionalProperties": false,
    "required": ["id", "from", "to", "subject", "body", "sent", "thread_id", "flags"],
    "properties": {
        "id": {"type": "integer"},
        "from": {"$ref": "#/components/schemas/AccountId"},
        "to": {"type": "array", "items": {"$ref": "#/components/schemas/AccountId"}},
        "subject": {"type": "string"},
        "body": {"type": "string"},
        "sent": {"$ref": "#/components/schemas/Time"},
        "thread_id": {"type": "integer", "nullable": true, "description": "the message that began the thread"},
        "flags": {"$ref": "#/components/schemas/MessageFlags"}
    }
},
"NewMessage": {"with": "Message", "required": ["from", "to"]},
"MessageFlags": {
    "type": "object", "description": "of each party, by the id of its account",
    "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/MessageFlag"}}
},
"MessageFlag": {"type": "string", "enum": ["read", "saved", "starred", "liked", "deleted", "expired"]},
"MessageMark": {
    "type": "object", "additionalProperties": false, "required": ["account_id", "flag"],
    "properties": {
        "account_id": {"$ref": "#/components/schemas/AccountId"},
        "flag": {"$ref": "#/components/schemas/MessageFlag"},
        "on": {"type": "boolean"}
    }
},
"Numbers": {
    "type": "object", "additionalProperties": false, "required": ["ids"],
    "properties": {"ids": {"type": "array", "items": {"type": "integer"}}}
},

"Pieces": {
    "type": "object", "additionalProperties": false,
    "required": ["signed_in", "profile", "cloud", "dns_ready", "providers", "taken", "health", "streams"],
    "properties": {
        "signed_in": {"type": "boolean"},
        "profile": {"$ref": "#/components/schemas/PiecesProfile"},
        "cloud": {"type": "boolean", "description": "whether the cloud can be reached"},
        "dns_ready": {"type": "boolean"},
        "providers": {"type": "string", "enum": ["local", "cloud"]},
        "taken": {"type": "array", "items": {"type": "string"}, "description": "vanity names that are in use"},
        "health": {"type": "string"},
        "streams": {"type": "integer", "description": "WebSocket streams that are open"}
    }
},
"PiecesProfile": {
    "type": "object", "nullable": true, "additionalProperties": true,
    "description": "the user that is signed in, as it is answered; null: nobody"
},
"PiecesChange": {
    "type": "object", "additionalProperties": false,
    "properties": {
        "signed_in": {"type": "boolean"},
        "profile": {"$ref": "#/components/schemas/PiecesProfile"},
        "cloud": {"type": "boolean", "description": "whether the cloud can be reached"},
        "dns_ready": {"type": "boolean"},
        "providers": {"type": "string", "enum": ["local", "cloud"]},
        "taken": {"type": "array", "items": {"type": "string"}, "description": "vanity names that are in use"},
        "envelope": {
            "type": "object", "additionalProperties": false,
            "description": "what stands around the user in the stream",
            "properties": {
                "schema": {"nullable": true, "description": "any JSON"},
                "null_user": {"type": "boolean", "description": "whether a user that is not there is null"}
            }
        }
    }
},
"Base64": {
    "type": "object", "additionalProperties": false, "required": ["base64"],
    "properties": {"base64": {"type": "string", "format": "byte"}}
},
"StreamPush": {
    "type": "object", "additionalProperties": false, "description": "one of text, binary, ping, close and drop",
    "properties": {
        "text": {"type": "string"},
        "binary": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Base64"}]},
        "ping": {"type": "string", "description": "at most 125 bytes"},
        "close": {"type": "integer", "minimum": 1000, "maximum": 4999},
        "reason": {"type": "string", "description": "of a close; at most 123 bytes"},
        "drop": {"type": "string", "enum": ["fin", "reset"]}
    }
},

"Fault": {
    "description": "a fault as text, such as \"system.ping status=503 times=2 then ok\", or as an object",
    "oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/FaultObject"}]
},
"FaultObject": {
    "with": "FaultStep", "required": ["match"],
    "description": "beside match: the members of one step, or steps",
    "properties": {
        "match": {
            "description": "a pattern, such as \"system.*\", or conditions",
            "oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/FaultConditions"}]
        },
        "steps": {"type": "array", "items": {"$ref": "#/components/schemas/FaultStep"}}
    }
},
"FaultConditions": {
    "type": "object", "additionalProperties": false,
    "properties": {
        "call": {"type": "string", "description": "a pattern"},
        "args": {"type": "array", "items": {}, "description": "arguments that the call has at least"},
        "headers": {
            "type": "object", "additionalProperties": {"type": "string", "nullable": true},
            "description": "headers that the request has; null: it does not have this one"
        },
        "key": {"type": "string", "description": "the API key"},
        "caller": {"type": "string", "description": "the key's account or project"}
    }
},
"FaultStep": {
    "type": "object", "additionalProperties": false,
    "properties": {
        "status": {"type": "integer", "description": "of an error page in place of the answer"},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "without_headers": {"type": "array", "items": {"type": "string"}},
        "body": {"type": "string"},
        "json": {"description": "any JSON, in place of the answer", "nullable": true},
        "result": {"description": "the same as json", "nullable": true},
        "error": {"type": "string", "description": "the text of an error, with status 200"},
        "delay_ms": {"$ref": "#/components/schemas/FaultTime"},
        "stall_ms": {"$ref": "#/components/schemas/FaultTime"},
        "hold": {"type": "boolean", "description": "until POST release"},
        "drip": {
            "type": "object", "additionalProperties": false, "required": ["bytes", "every_ms"],
            "properties": {"bytes": {"type": "integer", "minimum": 1}, "every_ms": {"type": "integer"}}
        },
        "chance": {"type": "number", "description": "the share of the calls that use the step"},
        "close": {"$ref": "#/components/schemas/FaultEnd"},
        "reset": {"$ref": "#/components/schemas/FaultEnd"},
        "abrupt": {"type": "boolean", "description": "closes without close_notify of TLS"},
        "no_subscriber": {"type": "boolean"},
        "bridge_timeout": {"type": "boolean"},
        "effect": {"type": "boolean", "description": "runs the function although its answer is replaced"},
        "websocket": {"type": "array", "items": {"$ref": "#/components/schemas/AnyObject"}, "description": "a script"},
        "times": {
            "description": "how many calls the step is for; once if it is left out",
            "oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": ["forever"]}]
        },
        "ok": {"type": "boolean", "description": "lets the call through"}
    }
},
"FaultEnd": {
    "description": "before or after the answer, or after so many of its bytes",
    "oneOf": [{"type": "integer"}, {"type": "string", "enum": ["before", "after"]}]
},
"FaultTime": {
    "description": "milliseconds, or a range of them",
    "oneOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}]
},
"QueuedFault": {
    "type": "object", "additionalProperties": false, "required": ["id", "fault", "used"],
    "properties": {
        "id": {"type": "integer"},
        "fault": {"type": "string", "description": "the fault as text"},
        "used": {"type": "integer", "description": "how many calls have used it"}
    }
},
"FaultCount": {
    "type": "object", "additionalProperties": false, "required": ["faults"],
    "properties": {"faults": {"type": "integer"}}
},

"Clock": {
    "type": "object", "additionalProperties": false, "required": ["now"],
    "properties": {
        "now": {"$ref": "#/components/schemas/Time"},
        "running": {"type": "boolean", "description": "is there, and true, if the clock runs"}
    }
},
"ClockChange": {
    "type": "object", "additionalProperties": false, "description": "now or advance, or neither",
    "properties": {
        "now": {"$ref": "#/components/schemas/Time"},
        "advance": {"type": "integer", "format": "int64", "description": "milliseconds"},
        "running": {"type": "boolean"}
    }
},
"Settings": {
    "type": "object", "additionalProperties": false,
    "required": ["public_jupyter", "spend_time", "unmasked_journal", "v1"],
    "properties": {
        "public_jupyter": {"type": "boolean", "description": "whether code runs without a project"},
        "spend_time": {"type": "boolean", "description": "whether functions take as long as they say"},
        "unmasked_journal": {"type": "boolean", "description": "whether the journal shows keys and passwords"},
        "v1": {"$ref": "#/components/schemas/V1"}
    }
},
"SettingsChange": {"with": "Settings"},
"V1": {
    "type": "string", "enum": ["manual", "2020", "removed"],
    "description": "API v1 as in its manual, as it was coded in 2020, or gone as today"
},
"Server": {
    "type": "object", "additionalProperties": false,
    "required": ["id", "url", "ca_pem", "api_key", "keys", "seed", "users", "settings"],
    "properties": {
        "id": {"type": "string", "nullable": true, "description": "of the session; null: of none"},
        "headers": {
            "type": "object", "additionalProperties": {"type": "string"},
            "description": "by which requests reach the session"
        },
        "url": {"type": "string", "format": "uri"},
        "ca_pem": {"type": "string", "nullable": true, "description": "the certificate to trust; null without TLS"},
        "api_key": {"type": "string", "description": "of an ordinary user"},
        "keys": {
            "type": "object", "additionalProperties": false,
            "required": ["user", "admin", "org_admin", "project", "expired", "banned"],
            "properties": {
                "user": {"type": "string"},
                "admin": {"type": "string"},
                "org_admin": {"type": "string"},
                "project": {"type": "string"},
                "expired": {"type": "string"},
                "banned": {"type": "string"}
            }
        },
        "seed": {"type": "integer"},
        "users": {"type": "integer"},
        "settings": {"$ref": "#/components/schemas/Settings"}
    }
},
"SessionList": {
    "type": "object", "additionalProperties": false, "required": ["sessions"],
    "properties": {"sessions": {"type": "array", "items": {"$ref": "#/components/schemas/Session"}}}
},
"Session": {
    "type": "object", "additionalProperties": false, "required": ["id", "api_key", "requests", "faults", "problems"],
    "properties": {
        "id": {"type": "string"},
        "api_key": {"type": "string"},
        "requests": {"type": "integer", "description": "how many were received"},
        "faults": {"type": "integer", "description": "how many are queued"},
        "problems": {"type": "integer", "description": "how many verify shows"}
    }
},
"NewSession": {
    "type": "object", "additionalProperties": false,
    "description": "a member that is left out is as the server was started",
    "properties": {
        "seed": {"type": "integer"},
        "users": {"type": "integer", "maximum": 1000000},
        "now": {"$ref": "#/components/schemas/Time"},
        "running": {"type": "boolean", "description": "whether the clock runs"},
        "api_key": {"type": "string", "description": "of the ordinary user"},
        "v1": {"$ref": "#/components/schemas/V1"},
        "spend_time": {"type": "boolean"},
        "unmasked_journal": {"type": "boolean"},
        "faults": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}
    }
},
"Recording": {
    "type": "object", "additionalProperties": false, "required": ["format", "version", "upstream", "salt", "exchanges"],
    "properties": {
        "format": {"type": "string"},
        "version": {"type": "integer"},
        "upstream": {"type": "string"},
        "salt": {"type": "string"},
        "exchanges": {"type": "array", "items": {"$ref": "#/components/schemas/AnyObject"}}
    }
}
})json";

}  // namespace

json::object own_schemas()
{
    json::object schemas = json::parse(own_schema_text).as_object();
    for (auto& [name, value] : schemas) {
        json::object& schema = value.get_object();
        json::value const* const with = schema.if_contains("with");
        if (!with) continue;
        json::object members = schemas.at(with->get_string()).at("properties").get_object();
        if (json::value const* const own = schema.if_contains("properties")) {
            for (auto const& [member, type] : own->get_object()) members[member] = type;
        }
        schema.erase("with");
        schema["type"] = "object";
        schema["additionalProperties"] = false;
        schema["properties"] = std::move(members);
    }
    return schemas;
}

}  // namespace cohub::inline abi_0_2::fake
