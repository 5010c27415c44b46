#include <chrono>
#include <cstdint>
#include <optional>

#include "contract/scenario.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

using ids = std::vector<std::int64_t>;

class MessagesScenario : public Scenario
{
protected:
    ids numbers(hub const& h, message_query const& q = {})
    {
        auto const list = got(h.messages().get(q, as_result));
        return all(list, &message::id);
    }
    std::int64_t sent(hub const& from, new_message const& what)
    {
        server.advance(1s);
        return got(from.messages().send(what, as_result)).value();
    }

    std::string const robins = account_of(robin), orlas = account_of(orla),
                      sages = account_of(sage);
};

TEST_F(MessagesScenario, AThreadGoesBackAndForth)
{
    std::int64_t const question = sent(robin, new_message("Question", "Why?", orlas));
    std::int64_t const answer =
        sent(orla, new_message("Re: Question", "Because.", robins).reply_id(question));
    // A message to an address. A reply to a reply stays in the thread.
    std::int64_t const thanks = sent(
        robin, new_message("Re: Question", "Ah.", "orla@cohub.test").to(sages).reply_id(answer)
    );

    auto const of_orla = got(orla.messages().get(as_result));
    ASSERT_EQ(all(of_orla, &message::id), (ids{thanks, question}));
    EXPECT_EQ(of_orla[0].thread_id, question);
    EXPECT_EQ(of_orla[0].from_id, robins);
    EXPECT_EQ(sorted<std::string>(of_orla[0].to_ids), sorted(texts_of{orlas, sages}));
    EXPECT_EQ(of_orla[0].sent, sys_ms(std::chrono::milliseconds(server.now())));
    EXPECT_EQ(of_orla[1].thread_id, std::nullopt);
    EXPECT_EQ(of_orla[1].body, "Why?");
    auto const of_robin = got(robin.messages().get(as_result));
    ASSERT_EQ(all(of_robin, &message::id), ids{answer});
    EXPECT_EQ(of_robin[0].thread_id, question);
    EXPECT_EQ(numbers(robin, message_query().type(message_type::sent)), (ids{thanks, question}));
    EXPECT_EQ(numbers(sage), ids{thanks});
}

TEST_F(MessagesScenario, PagesAndMarks)
{
    ids newest_first;
    for (int i = 0; i < 7; ++i)
        newest_first.insert(
            newest_first.begin(), sent(robin, new_message("n" + std::to_string(i), "", orlas))
        );
    ids paged;
    for (std::int64_t offset = 0; offset < 8; offset += 3) {
        ids const page = numbers(orla, message_query().limit(3).offset(offset));
        EXPECT_EQ(page.size(), offset < 6 ? 3u : 1u);
        paged.insert(paged.end(), page.begin(), page.end());
    }
    EXPECT_EQ(paged, newest_first);
    sys_ms const two_seconds_ago{std::chrono::milliseconds(server.now()) - 2s};
    EXPECT_EQ(
        numbers(orla, message_query().cutoff(two_seconds_ago)),
        (ids{newest_first[0], newest_first[1]})
    );

    std::int64_t const first = newest_first.back();
    message_query const fresh = message_query().type(message_type::new_);
    EXPECT_EQ(numbers(orla, fresh).size(), 7u);
    server.mark_message(first, orlas, fake::mail_flag::read);
    server.mark_message(first, orlas, fake::mail_flag::starred);
    EXPECT_EQ(numbers(orla, fresh).size(), 6u);
    EXPECT_EQ(numbers(orla, message_query().type(message_type::starred)), ids{first});
    auto const list = got(orla.messages().get(as_result));
    EXPECT_EQ(list.back().read, true);
    EXPECT_EQ(list.back().deleted, false);
    EXPECT_EQ(list.front().read, false);
    // Each account has its own marks.
    auto const of_sender =
        got(robin.messages().get(message_query().type(message_type::sent), as_result));
    EXPECT_EQ(of_sender.back().read, false);
}

TEST_F(MessagesScenario, RefusalsInTheServersWords)
{
    std::string const nobody = "99999999-9999-4999-8999-999999999999";
    auto const send = [this](new_message const& m) {
        return refused(robin.messages().send(m, as_result));
    };
    EXPECT_EQ(
        send(new_message("s", "b", nobody)),
        (refusal{errc::not_found, "Error: invalid account_id -- " + nobody})
    );
    EXPECT_EQ(
        send(new_message("s", "b", "x")),
        (refusal{errc::invalid_argument, "error: invalid input syntax for type uuid: \"x\""})
    );
    EXPECT_EQ(
        refused(robin.messages().get(message_query().limit(501), as_result)),
        (refusal{errc::invalid_argument, "Error: limit must be at most 500"})
    );
    EXPECT_EQ(refused(machine.messages().get(as_result)).code, errc::unauthorized);
    // If no account has any of the addresses, the message has no recipients.
    EXPECT_EQ(
        got(robin.messages().send(new_message("s", "b", "no@x.test"), as_result)), std::nullopt
    );
    EXPECT_EQ(numbers(robin, message_query().type(message_type::sent)), ids{});
}

TEST_F(MessagesScenario, MoneyIsOnesOwn)
{
    EXPECT_EQ(got(robin.purchases().get_balance(as_result)), 0);
    std::string const rich =
        server.add_account(fake::account("Rich", "Uncle").with_balance(12.5, -20));
    EXPECT_EQ(got(as(rich).purchases().get_balance(as_result)), 12.5);
    EXPECT_EQ(got(as(rich).purchases().get_min_balance(as_result)), -20);
    EXPECT_EQ(got(robin.purchases().get_min_balance(as_result)), 0);
}

TEST_F(MessagesScenario, NamesAndSearchesWithMalformedIds)
{
    EXPECT_EQ(
        refused(robin.system().get_names(texts_of{robins, "abc"}, as_result)),
        (refusal{errc::invalid_argument, "error: invalid input syntax for type uuid: \"abc\""})
    );
    std::string const nobody = "99999999-9999-4999-8999-999999999999";
    EXPECT_EQ(
        got(robin.system().get_names(texts_of{nobody}, as_result)).at(nobody).first_name, "Deleted"
    );
    EXPECT_EQ(
        refused(robin.system().user_search(user_query("a").admin(), as_result)),
        (refusal{errc::forbidden, "Error: Must be an admin to do admin search."})
    );
    EXPECT_TRUE(got(robin.system().user_search(nobody, as_result)).empty());
}

}  // namespace
}  // namespace cohub::tests
