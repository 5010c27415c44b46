#pragma once

#include "support/live_hub.hpp"

namespace cohub::tests {

/// A hub whose calls end in completion tokens of all kinds.
class CompletionTokens : public LiveHub
{
protected:
    hub h{io, usual_options()};
};

}  // namespace cohub::tests
