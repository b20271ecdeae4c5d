#pragma once
// How a long computation is told to stop: it asks now and then, and leaves by throwing Stopped.

#include <atomic>
#include <memory>

namespace aisle {

struct Stopped {};

class StopToken {
public:
    StopToken() = default;
    void stop() const { stopped_->store(true, std::memory_order_relaxed); }
    bool isStopped() const { return stopped_->load(std::memory_order_relaxed); }
    void check() const {
        if (isStopped())
            throw Stopped();
    }

private:
    std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
};

} // namespace aisle
