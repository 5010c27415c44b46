#pragma once

#include "contract/replay.hpp"

namespace cohub::tests {

contract_group const& db_group();
contract_group const& jupyter_group();
contract_group const& messages_group();
contract_group const& org_group();
contract_group const& project_group();
contract_group const& projects_group();
contract_group const& system_group();
contract_group const& v1_group();
contract_group const& v2_group();

}  // namespace cohub::tests
