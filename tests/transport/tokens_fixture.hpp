#pragma once

#include "support/live_hub.hpp"

namespace cohub::tests {

/// A hub for calls with completion tokens of all kinds.
class CompletionTokens : public LiveHub
{
protected:
    hub h{io, usual_options()};
};

}  // namespace cohub::tests
