#include "pieces_population.hpp"

#include <array>
#include <string_view>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

struct cast_member
{
    std::string_view first, last, word, provider;
    bool dark;
    int font;
};

constexpr std::array<cast_member, 6> cast = {
    {{"Robin", "Piece", "robin", "github", true, 14},
     {"Mary", "Somerville", "mary", "google-oauth2", false, 12},
     {"Emmy", "Noether", "emmy", "gitlab", true, 16},
     {"Zoë", "Quark", "zoe", "microsoft", false, 14},
     {"Ada", "Byron", "ada", "apple", true, 13},
     {"Alan", "Mathison", "alan", "github", true, 15}}};

constexpr std::string_view schema = R"({"migration":0,"semantic":"MAJOR_0_MINOR_0_PATCH_1"})";

std::string timestamp(std::int64_t ms)
{
    return "{\"schema\":" + std::string(schema) + ",\"value\":\"" + iso_time(ms) + "\"}";
}

std::string quoted(std::string_view s)
{
    std::string out;
    append_json_string(out, s);
    return out;
}

std::string cloud_url(std::string_view status, std::string const& host)
{
    return "{\"schema\":" + std::string(schema) + ",\"status\":\"" + std::string(status) +
           "\",\"url\":\"https://" + host + ".cohub.test\"}";
}

pieces_person draw(cast_member const& who, random_source& random, std::int64_t now)
{
    constexpr std::int64_t day = 86'400'000;
    std::string const word(who.word);
    std::string const name = std::string(who.first) + " " + std::string(who.last);
    std::string const id = random.uuid();
    std::string const project = "pieces-" + to_lower(random.text(10));
    std::string const number = std::to_string(100'000 + random.below(900'000));
    std::int64_t const made = now - day * static_cast<std::int64_t>(30 + random.below(700));
    std::string const global = random.uuid();
    std::string const versioned = "\"schema\":" + std::string(schema);

    pieces_person p;
    p.email = word + "@pieces.cohub.test";
    p.user_id = std::string(who.provider) + "|" + number;
    p.vanity_name = word;

    std::string const picture = "https://img.cohub.test/" + word + ".png";
    std::string& out = p.profile;
    out = "{" + versioned;
    out += ",\"picture\":" + quoted(picture) + ",\"email\":" + quoted(p.email);
    out += ",\"created\":" + timestamp(made) + ",\"updated\":" + timestamp(now);
    out += ",\"username\":" + quoted(word) + ",\"id\":\"" + id + "\",\"name\":" + quoted(name);
    out += ",\"aesthetics\":{" + versioned + ",\"theme\":{" + versioned +
           ",\"dark\":" + (who.dark ? "true" : "false") + "},\"font\":{" + versioned +
           ",\"size\":" + std::to_string(who.font) + "}}";
    out += ",\"vanityname\":" + quoted(p.vanity_name);
    out += ",\"allocation\":{" + versioned + ",\"id\":\"" + id + "\",\"user\":\"" + id +
           "\",\"urls\":{" + versioned + ",\"base\":" + cloud_url("SUCCEEDED", "base") +
           ",\"id\":" + cloud_url("SUCCEEDED", id) + ",\"vanity\":" + cloud_url("SUCCEEDED", word) +
           "},\"status\":{" + versioned + ",\"cloud\":\"RUNNING\"},\"project\":\"" + project +
           "\",\"updated\":" + timestamp(made) +
           ",\"version\":\"12.1.0\",\"region\":\"us-central1\"}";
    out += ",\"providers\":{" + versioned + ",\"iterable\":[{" + versioned + ",\"type\":\"" +
           std::string(who.provider) + "\",\"user_id\":\"" + number + "\",\"access_token\":\"" +
           random.text(24) + "\",\"expires_in\":86400,\"created\":" + timestamp(made) +
           ",\"updated\":" + timestamp(made) + ",\"profileData\":{\"name\":" + quoted(name) +
           ",\"picture\":" + quoted(picture) + ",\"nickname\":" + quoted(word) +
           ",\"email\":" + quoted(p.email) + ",\"email_verified\":true},\"connection\":\"" +
           std::string(who.provider) + "\",\"isSocial\":true}]}";
    out += ",\"auth0\":{" + versioned + ",\"global_id\":\"" + global + "\",\"cloud_key\":\"" +
           random.text(32) + "\",\"vanityname\":" + quoted(word) +
           ",\"allocation\":{\"project\":\"" + project + "\",\"region\":\"us-central1\"}}}";
    return p;
}

}  // namespace

std::vector<pieces_person> draw_pieces_people(random_source& random, std::int64_t now)
{
    std::vector<pieces_person> out;
    out.reserve(std::size(cast));
    for (cast_member const& who : cast) out.push_back(draw(who, random, now));
    return out;
}

}  // namespace cohub::inline abi_0_2::fake
