#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "contract.hpp"

namespace cli {

/// What a server answered once, from a file that `cohub-fake-server --record` writes.
class recorded_answers
{
public:
    /// @brief Reads the answers to calls of `contract_rows`, as the client reads them.
    ///
    /// A refusal counts if the call had the arguments of its row, or if it says that there is no
    /// such method. The answer to a wrong key does not count.
    /// @throws usage_error if the file cannot be read, is no recording, or has no such answer
    static recorded_answers from_file(std::string const& file);

    /// The server's URL.
    std::string const& upstream() const { return upstream_; }
    std::size_t exchanges() const { return exchanges_; }
    /// How many of the exchanges are such answers.
    std::size_t judged() const { return known_.size(); }
    std::vector<contract_answer> of(contract_row const& row) const;

private:
    std::string upstream_;
    std::size_t exchanges_ = 0;
    std::vector<std::pair<contract_row const*, contract_answer>> known_;
};

}  // namespace cli
