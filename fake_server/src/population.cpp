#include <array>

#include "text.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::int64_t day = 86'400'000;

// A name as people spell it, and as it stands in an address.
struct spelled
{
    std::string_view name, plain;
};

constexpr spelled first_names[] = {
    {"Ada", "ada"},         {"Alan", "alan"},
    {"Amélie", "amelie"},   {"Ananya", "ananya"},
    {"Aoife", "aoife"},     {"Beatriz", "beatriz"},
    {"Björn", "bjoern"},    {"Carl", "carl"},
    {"Chloë", "chloe"},     {"Daniel", "daniel"},
    {"David", "david"},     {"Élodie", "elodie"},
    {"Emmy", "emmy"},       {"Evariste", "evariste"},
    {"Fatima", "fatima"},   {"Grace", "grace"},
    {"Hana", "hana"},       {"Harald", "harald"},
    {"Hiroshi", "hiroshi"}, {"Ingrid", "ingrid"},
    {"Ivan", "ivan"},       {"Jane", "jane"},
    {"José", "jose"},       {"Julia", "julia"},
    {"Katherine", "kath"},  {"Kwame", "kwame"},
    {"Lars", "lars"},       {"Leila", "leila"},
    {"Łukasz", "lukasz"},   {"Maria", "maria"},
    {"Maryam", "maryam"},   {"Mei", "mei"},
    {"Nikolai", "nikolai"}, {"Noor", "noor"},
    {"Olga", "olga"},       {"Ольга", "olga.s"},
    {"Pierre", "pierre"},   {"Priya", "priya"},
    {"Rosa", "rosa"},       {"Santiago", "santiago"},
    {"Sofia", "sofia"},     {"Søren", "soren"},
    {"Srinivasa", "srini"}, {"Terence", "terence"},
    {"Wanda", "wanda"},     {"William", "will"},
    {"Yuki", "yuki"},       {"Zoë", "zoe"},
    {"Ελένη", "eleni"},     {"伟", "wei"},
};

constexpr spelled last_names[] = {
    {"Abel", "abel"},
    {"Ångström", "angstrom"},
    {"Bernoulli", "bernoulli"},
    {"Cantor", "cantor"},
    {"Chatterjee", "chatterjee"},
    {"Curie", "curie"},
    {"Dedekind", "dedekind"},
    {"Diaz", "diaz"},
    {"Erdős", "erdos"},
    {"Euler", "euler"},
    {"Fibonacci", "fibonacci"},
    {"Fischer", "fischer"},
    {"Galois", "galois"},
    {"García", "garcia"},
    {"Gödel", "goedel"},
    {"Hamilton", "hamilton"},
    {"Hopper", "hopper"},
    {"Iwasawa", "iwasawa"},
    {"Jackson", "jackson"},
    {"Johnson", "johnson"},
    {"Kowalewskaja", "kovalev"},
    {"Kovács", "kovacs"},
    {"Lovelace", "lovelace"},
    {"Mirzakhani", "mirzakhani"},
    {"Müller", "mueller"},
    {"Nakamura", "nakamura"},
    {"Nguyễn", "nguyen"},
    {"Noether", "noether"},
    {"O'Brien", "obrien"},
    {"Okafor", "okafor"},
    {"Papadopoulos", "papad"},
    {"Poincaré", "poincare"},
    {"Ramanujan", "ramanujan"},
    {"Riemann", "riemann"},
    {"Robinson", "robinson"},
    {"Silva", "silva"},
    {"Smith", "smith"},
    {"Smith-Jones", "smithj"},
    {"Stein", "stein"},
    {"Tao", "tao"},
    {"Tanaka", "tanaka"},
    {"Turing", "turing"},
    {"van der Waerden", "vdw"},
    {"Wang", "wang"},
    {"Weierstraß", "weierstrass"},
    {"Wiles", "wiles"},
    {"Yamamoto", "yamamoto"},
    {"Żelazny", "zelazny"},
    {"Иванова", "ivanova"},
    {"李", "li"},
};

constexpr std::string_view domains[] = {
    "example.com", "example.edu", "math.example.org", "lab.example.net", "uni.example"};

constexpr std::string_view colors[] = {"#ff0000", "#2e7d32", "#1565c0", "#ad1457", "#6a1b9a"};

// One account for each rule that an implementation of the search could get wrong.
void put_cases(world& w, random_source& random, std::size_t count, std::int64_t now)
{
    std::int64_t const old = now - 900 * day;
    auto const someone = [&](std::string first, std::string last) {
        account a(std::move(first), std::move(last));
        a.id(random.uuid()).created_at(old);
        return a;
    };
    account const cases[] = {
        // substring or prefix, one word or two, both orders, one name that needs two words
        someone("Xfoo", "YBar").active_at(now - 1 * day).email("xfoo@example.com").verified(),
        someone("foo", "bar").active_at(now - 2 * day).email("foo.bar@example.com"),
        someone("bar123", "fooxyz").active_at(now - 3 * day),
        someone("Foo", "Bar").active_at(now - 4 * day).email("foobar@example.com").verified(),
        someone("foobar", "Zed").active_at(now - 5 * day),
        // not found by strings, but by address and by id
        someone("Unlisted", "Foo")
            .active_at(now)
            .email("unlisted@example.com")
            .verified()
            .make_unlisted(),
        someone("Deleted", "Foo").active_at(now).make_deleted(),
        someone("Banned", "Foo").active_at(now - 6 * day).email("banned@example.com").make_banned(),
        // names that are missing or blank
        someone("", "").names({}, {}).active_at(now - 7 * day).email("nameless@example.com"),
        someone("", "").names({}, {}).user_name("only-user-name").active_at(now - 8 * day),
        someone("  ", "Blank").active_at(now - 9 * day),
        // a capital in the address: no query finds it, because queries are made lower-case
        someone("Capital", "Address").active_at(now - 10 * day).email("Capital@Example.com"),
        // order: by the later of two times, and accounts without a time
        someone("Never", "Seen").created_at(now - 11 * day).email("never.seen@example.com"),
        someone("Time", "Less").created_at({}),
        someone("Future", "Born").created_at(now + day).active_at(now - 12 * day),
        // the map of verified addresses: for another address, and without an address
        someone("Moved", "Away")
            .active_at(now - 13 * day)
            .email("new@example.com")
            .verified_address("old@example.com"),
        someone("Mail", "Lost").active_at(now - 14 * day).verified_address("lost@example.com"),
        // wildcards that are taken literally, other scripts, an @name
        someone("100%", "Under_Score").active_at(now - 15 * day).user_name("per_cent"),
        someone("ÉLODIE", "ĐẶNG").active_at(now - 16 * day).user_name("Elodie"),
        someone("Same", "Moment").active_at(now - 17 * day).profile_color("#00ff00"),
        someone("Same", "Moment").active_at(now - 17 * day).profile_image("/avatar.png"),
        someone("Quote\"", "Back\\slash").active_at(now - 18 * day),
    };
    for (account const& a : cases) {
        if (count-- == 0) return;
        w.put(a);
    }
}

}  // namespace

void populate_accounts(world& w, random_source& random, std::size_t count, std::int64_t now)
{
    std::size_t const before = w.accounts().size();
    put_cases(w, random, count, now);
    std::size_t const made = w.accounts().size() - before;
    for (std::size_t i = made; i < count; ++i) {
        spelled const& first = random.pick(first_names);
        spelled const& last = random.pick(last_names);
        account a{std::string(first.name), std::string(last.name)};
        a.id(random.uuid());
        std::string const number = std::to_string(i);
        std::int64_t const created =
            now - static_cast<std::int64_t>(random.below(1500 * static_cast<std::uint64_t>(day)));
        a.created_at(created);
        if (!random.chance(7)) {
            a.active_at(
                created + static_cast<std::int64_t>(
                              random.below(static_cast<std::uint64_t>(now - created) + 1)
                          )
            );
        }
        if (random.chance(25)) {
            a.user_name(std::string(first.plain).append("-").append(last.plain).append(number));
        }
        if (!random.chance(3)) {
            a.email(std::string(first.plain)
                        .append(".")
                        .append(last.plain)
                        .append(number)
                        .append("@")
                        .append(random.pick(domains)));
            if (random.chance(60)) {
                a.verified_address(*a.email_address, iso_time(created + day / 24));
            } else if (random.chance(20)) {
                a.verified_address("old." + *a.email_address, iso_time(created + day / 24));
            }
        }
        if (random.chance(30)) a.profile_color(std::string(random.pick(colors)));
        if (random.chance(3)) a.make_unlisted();
        if (random.chance(1)) a.make_banned();
        if (random.chance(2)) {
            a.make_deleted();
            a.email_address.reset();
        }
        if (random.chance(5)) a.in_organization("acme");
        w.put(std::move(a));
    }
}

}  // namespace cohub::inline abi_0_2::fake
