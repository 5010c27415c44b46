#include "methods.hpp"

namespace cli {

namespace {

constexpr bool required = true;
constexpr bool positional = true;

constexpr parameter table_fields[] = {
    {"table", kind::text, "The table", required, positional},
    {"fields",
     kind::json,
     "{\"field\": null} asks, {\"field\": value} selects",
     required,
     positional},
};
constexpr parameter table_fields_options[] = {
    {"table", kind::text, "The table", required, positional},
    {"fields",
     kind::json,
     "{\"field\": null} asks, {\"field\": value} selects",
     required,
     positional},
    {"options", kind::json, "e.g. [{\"limit\": 5}, {\"order_by\": \"-created\"}]"},
};
constexpr parameter kernels[] = {
    {"project_id", kind::text, "The project's; else the server's"},
};
constexpr parameter execute[] = {
    {"input", kind::text, "The code", required, positional},
    {"kernel", kind::text, "The kernel, e.g. python3", required, positional},
    {"history", kind::texts, "Code to run before"},
    {"project_id", kind::text, "In this project; else in the server's pool"},
    {"path", kind::text, "In the directory of this file"},
    {"noCache", kind::boolean, "Run it even if the server knows the answer"},
    {"tag", kind::text, "A note for the records"},
    {"timeout", kind::seconds, "Seconds, else 90; with a unit: the global option"},
};
constexpr parameter cached[] = {
    {"hash", kind::text, "Of the input", required, positional},
};
constexpr parameter history[] = {
    {"project_id", kind::text, "The project", required, positional},
    {"path", kind::text, "The file", required, positional},
    {"start_seq", kind::integer, "From this one on"},
    {"end_seq", kind::integer, "Up to this one"},
};
constexpr parameter query[] = {
    {"query",
     kind::json,
     "{\"table\": {\"field\": null}}, or {\"table\": [{...}]} for many rows",
     required,
     positional},
    {"options", kind::json, "e.g. [{\"limit\": 5}, {\"order_by\": \"-created\"}]"},
};
constexpr parameter set_[] = {
    {"table", kind::text, "The table", required, positional},
    {"row", kind::json, "Its key and the fields to be changed, an object", required, positional},
};
constexpr parameter touch_[] = {
    {"project_id", kind::text, "The project"},
    {"path", kind::text, "The file"},
    {"action", kind::text, "What was done; else edit"},
};
constexpr parameter get_legacy_time_travel_info[] = {
    {"project_id", kind::text, "The project", required, positional},
    {"path", kind::text, "The file", required, positional},
};
constexpr parameter get_legacy_time_travel_patches[] = {
    {"uuid", kind::text, "From get-legacy-time-travel-info", required, positional},
};
constexpr parameter file_use_times[] = {
    {"project_id", kind::text, "The project", required, positional},
    {"path", kind::text, "The file", required, positional},
    {"target_account_id", kind::text, "By whom; else by you"},
    {"limit", kind::integer, "How many times at most; the server has 1000"},
    {"access_times", kind::boolean, "When it was opened; the server has true"},
    {"edit_times", kind::boolean, "When it was edited"},
};
constexpr parameter remove_blob_ttls[] = {
    {"uuids", kind::texts, "Their ids", required, positional},
};
constexpr parameter send_[] = {
    {"subject", kind::text, "Subject", required},
    {"body", kind::text, "Text, as Markdown", required},
    {"to_ids", kind::texts, "Account ids or e-mail addresses", required},
    {"reply_id", kind::integer, "The message that it answers"},
};
constexpr parameter get_[] = {
    {"limit", kind::integer, "How many at most; the server has 100, and caps at 500"},
    {"offset", kind::integer, "How many to pass over"},
    {"type", kind::text, "Which", false, false, "received|sent|new|starred"},
    {"cutoff", kind::text, "Not before, as ISO 8601"},
};

constexpr method other_rows[] = {
    {"jupyter", "kernels", "jupyter.kernels", shape::object, repeat::safe, "List kernels", kernels},
    {"jupyter",
     "execute",
     "jupyter.execute",
     shape::typed,
     repeat::typed,
     "Run code in a fresh kernel",
     execute,
     typed::jupyter_execute},
    {"jupyter",
     "cached",
     "jupyter.execute",
     shape::typed,
     repeat::typed,
     "Look up an earlier answer, or null if there is none",
     cached,
     typed::jupyter_cached},
    {"sync",
     "history",
     "sync.history",
     shape::object,
     repeat::safe,
     "Give the edits of a file",
     history},
    {"db",
     "query,user-query",
     "db.userQuery",
     shape::typed,
     repeat::typed,
     "Read or change the database",
     query,
     typed::db_query},
    {"db",
     "get-one",
     "db.userQuery",
     shape::typed,
     repeat::typed,
     "Read one row, or null if none matches",
     table_fields,
     typed::db_get_one},
    {"db",
     "get-many",
     "db.userQuery",
     shape::typed,
     repeat::typed,
     "Read all rows that match",
     table_fields_options,
     typed::db_get_many},
    {"db",
     "set",
     "db.userQuery",
     shape::typed,
     repeat::typed,
     "Change one row, or add it",
     set_,
     typed::db_set},
    {"db",
     "touch",
     "db.touch",
     shape::object,
     repeat::safe,
     "Record some use of a project or file",
     touch_},
    {"db",
     "get-legacy-time-travel-info",
     "db.getLegacyTimeTravelInfo",
     shape::object,
     repeat::safe,
     "Find the history of a file from before the present sync engine",
     get_legacy_time_travel_info},
    {"db",
     "get-legacy-time-travel-patches",
     "db.getLegacyTimeTravelPatches",
     shape::object,
     repeat::safe,
     "Give that history",
     get_legacy_time_travel_patches},
    {"db",
     "file-use-times",
     "db.fileUseTimes",
     shape::object,
     repeat::safe,
     "Tell when a file was used",
     file_use_times},
    {"db",
     "remove-blob-ttls",
     "db.removeBlobTtls",
     shape::object,
     repeat::safe,
     "Keep blobs that would expire, without a limit of time",
     remove_blob_ttls},
    {"messages", "send", "messages.send", shape::object, repeat::never, "Send a message", send_},
    {"messages",
     "get",
     "messages.get",
     shape::object,
     repeat::safe,
     "List your messages, newest first",
     get_},
    {"purchases",
     "get-balance",
     "purchases.getBalance",
     shape::object,
     repeat::safe,
     "Tell the account's balance",
     {}},
    {"purchases",
     "get-min-balance",
     "purchases.getMinBalance",
     shape::object,
     repeat::safe,
     "Tell the least that the account's balance may be",
     {}},
};

}  // namespace

std::span<method const> other_methods() { return other_rows; }

}  // namespace cli
