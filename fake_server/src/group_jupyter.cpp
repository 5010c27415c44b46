// The hub's `jupyter` group, after packages/server/jupyter.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <openssl/sha.h>

#include "call.hpp"
#include "project_api.hpp"
#include "small_python.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::int64_t month = std::int64_t{30} * 24 * 3'600'000;

void require_public_jupyter(call const& c)
{
    if (!c.world.public_jupyter) fail("Jupyter API is not enabled on this server.");
}

// Null when there is no project: then the public pool is used.
project_row* requested_project(call& c)
{
    if (is_nullish(c.option("project_id"))) return nullptr;
    return &require_project(c, "permission denied -- user must be collaborator on project");
}

std::string kernels(call& c)
{
    if (project_row* const p = requested_project(c)) {
        start_for(c, *p);
    } else {
        require_public_jupyter(c);
    }
    return js_json(kernel_specs());
}

std::string hash_of(call const& c)
{
    json::array key;
    json::value const* const history = c.option("history");
    key.push_back(is_nullish(history) ? json::value(json::array()) : *history);
    for (char const* name : {"input", "kernel", "project_id", "path"}) {
        json::value const* const v = c.option(name);
        key.push_back(v ? *v : json::value());
    }
    std::string const text = js_json(key);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest);
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (unsigned char const byte : digest) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

json::object answer(jupyter_row const& row)
{
    return {{"output", row.output}, {"created", iso_time(row.created)}};
}

std::string cached(call const& c, std::string const& hash)
{
    auto const at = c.world.jupyter_cache.find(hash);
    if (at == c.world.jupyter_cache.end() || at->second.created + month <= c.world.now) return {};
    json::object o = answer(at->second);
    o["id"] = at->second.id;
    return js_json(o);
}

std::string execute(call& c)
{
    if (json::value const* const hash = c.option("hash"); !is_nullish(hash)) {
        std::string const known = cached(c, js_string(hash));
        return known.empty() ? "null" : known;
    }
    json::value const* const input = c.option("input");
    if (is_nullish(input)) fail("input or hash must not be null");
    json::value const* const kernel = c.option("kernel");
    if (is_nullish(kernel)) fail("kernel must be specified in hash is not specified");
    project_row* const p = requested_project(c);
    if (!p) require_public_jupyter(c);

    std::string const hash = hash_of(c);
    bool const use_cache = !is_truthy(c.option("noCache"));
    if (use_cache) {
        if (std::string const known = cached(c, hash); !known.empty()) return known;
    }
    jupyter_row row;
    row.created = c.world.now;
    if (p) {
        if (!start_for(c, *p)) return "null";
        row.output = run_cell(c, *p, js_string(kernel), c.option("history"), js_string(input));
    } else {
        project_row pool;
        row.output = run_cell(c, pool, js_string(kernel), c.option("history"), js_string(input));
    }
    row.id = c.world.next_jupyter_id++;
    c.world.jupyter_cache[hash] = row;
    return js_json(answer(row));
}

}  // namespace

method_list jupyter_group()
{
    static constexpr method methods[] = {
        {"jupyter.kernels", shape::options, kernels},
        {"jupyter.execute", shape::options, execute},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
