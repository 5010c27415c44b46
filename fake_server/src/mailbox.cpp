#include "mailbox.hpp"

#include <algorithm>
#include <stdexcept>

namespace cohub::inline abi_0_2::fake {

message_row::flags* message_row::of_recipient(std::string_view account_id)
{
    auto const at = std::find(to_ids.begin(), to_ids.end(), account_id);
    if (at == to_ids.end()) return nullptr;
    return &noted[static_cast<std::size_t>(at - to_ids.begin()) + 1];
}

void message_row::note(std::string_view account_id, mail_flag which, bool on)
{
    flags* party = of_recipient(account_id);
    if (!party && from_id == account_id) party = &of_sender();
    if (!party) {
        throw std::invalid_argument(
            "account '" + std::string(account_id) + "' has no part in message " + std::to_string(id)
        );
    }
    party->set(static_cast<std::size_t>(which), on);
}

message_row& mailbox::add(message_row row)
{
    if (row.id == 0) row.id = next_id_;
    next_id_ = std::max(next_id_, row.id + 1);
    row.noted.resize(row.to_ids.size() + 1);
    std::int64_t const id = row.id;
    return rows_[id] = std::move(row);
}

message_row* mailbox::find(std::int64_t id)
{
    auto const at = rows_.find(id);
    return at == rows_.end() ? nullptr : &at->second;
}

std::vector<message_row*> mailbox::latest_first()
{
    std::vector<message_row*> out;
    out.reserve(rows_.size());
    for (auto& [id, row] : rows_) out.push_back(&row);
    std::sort(out.begin(), out.end(), [](message_row const* x, message_row const* y) {
        return x->sent != y->sent ? x->sent > y->sent : x->id > y->id;
    });
    return out;
}

}  // namespace cohub::inline abi_0_2::fake
