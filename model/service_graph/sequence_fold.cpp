#include "service_graph/sequence_fold.h"

#include <algorithm>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

constexpr uint32_t kNone = SequenceCall::kNone;
constexpr uint32_t kMaxPeriod = 4;
constexpr size_t kStopInterval = 1U << 14;

class Folder {
public:
    Folder(const std::vector<SequenceCall>& calls, const SequenceOptions& options, const StopToken& stop)
        : calls_(calls), options_(options), stop_(stop), shape_(calls.size()), last_(calls.size()), holdsExpanded_(calls.size(), false) {
        out_.body.resize(calls.size());
        out_.next.assign(calls.size(), kNone);
        out_.expandedLoop.assign(calls.size(), kNoRow);
        for (uint32_t i = 0; i < calls.size(); ++i)
            last_[i] = i;
    }

    /// From the deepest calls up, so that what is below a call is known before it is compared.
    FoldedCalls run() {
        std::vector<uint32_t> order;
        for (uint32_t i = 0; i < calls_.size(); ++i)
            if (calls_[i].depth <= options_.maxDepth)
                order.push_back(i);
        std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
            return std::tuple(calls_[b].depth, calls_[a].caller, a) < std::tuple(calls_[a].depth, calls_[b].caller, b);
        });
        const auto isSibling = [this](uint32_t a, uint32_t b) {
            return calls_[a].depth == calls_[b].depth && calls_[a].caller == calls_[b].caller;
        };
        for (size_t from = 0, to = 0; from < order.size(); from = to) {
            for (to = from; to < order.size() && isSibling(order[from], order[to]); ++to)
                check();
            fold({order.data() + from, to - from});
        }
        return std::move(out_);
    }

private:
    struct Run {
        uint32_t period = 1, iterations = 1;
        uint32_t length() const { return period * iterations; }
    };

    void check() {
        if (++steps_ % kStopInterval == 0)
            stop_.check();
    }

    void fold(std::span<const uint32_t> siblings) {
        for (const uint32_t call : siblings)
            shape_[call] = shapeOf(call);
        for (size_t at = 0; at < siblings.size();) {
            const Run run = options_.foldRepeats ? longestRun(siblings.subspan(at)) : Run();
            add(siblings.subspan(at, run.length()), run);
            at += run.length();
        }
    }

    /// Equal numbers: alike, down to the last call below. Numbers of repetitions do not matter.
    uint32_t shapeOf(uint32_t call) {
        if (holdsExpanded_[call])
            return shapes_++;
        std::u32string text;
        const auto add = [&text](uint32_t number) { text += static_cast<char32_t>(number); };
        const SequenceCall& c = calls_[call];
        for (const uint32_t number : {c.from, c.to, static_cast<uint32_t>(c.kind), c.name})
            add(number);
        for (const uint32_t unit : out_.body[call]) {
            check();
            add(static_cast<uint32_t>(out_.units[unit].calls.size()));
            for (const uint32_t below : out_.units[unit].calls)
                add(shape_[below]);
        }
        const auto [at, isNew] = shapeByText_.try_emplace(std::move(text), shapes_);
        shapes_ += isNew ? 1 : 0;
        return at->second;
    }

    Run longestRun(std::span<const uint32_t> siblings) {
        Run best;
        for (uint32_t period = 1; period <= kMaxPeriod && 2 * period <= siblings.size(); ++period) {
            size_t length = period; // of what repeats what is one period before it
            for (; length < siblings.size() && shape_[siblings[length]] == shape_[siblings[length - period]]; ++length)
                check();
            const Run run{period, static_cast<uint32_t>(length / period)};
            if (run.iterations > 1 && run.length() > best.length())
                best = run;
        }
        return best;
    }

    void add(std::span<const uint32_t> calls, const Run& run) {
        const uint32_t parent = calls_[calls[0]].parent;
        std::vector<uint32_t>& units = parent == kNone ? out_.top : out_.body[parent];
        const Row key = calls_[calls[0]].key();
        if (options_.foldRepeats && options_.expanded.contains(key)) {
            if (parent != kNone)
                holdsExpanded_[parent] = true;
            for (const uint32_t call : calls) {
                out_.expandedLoop[call] = key;
                units.push_back(newUnit({&call, 1}));
            }
            return;
        }
        units.push_back(newUnit(calls.first(run.period)));
        out_.units.back().iterations = run.iterations;
        out_.units.back().isLoop = run.iterations > 1;
        for (size_t i = run.period; i < calls.size(); ++i)
            merge(calls[i % run.period], calls[i]);
    }

    uint32_t newUnit(std::span<const uint32_t> calls) {
        out_.units.push_back({{calls.begin(), calls.end()}, 1, false});
        return static_cast<uint32_t>(out_.units.size() - 1);
    }

    /// Everything at `other` and below it goes to where its like is at `call` and below. Both have one shape.
    void merge(uint32_t call, uint32_t other) {
        pending_.assign(1, {call, other});
        while (!pending_.empty()) {
            check();
            const auto [a, b] = pending_.back();
            pending_.pop_back();
            out_.next[last_[a]] = b;
            last_[a] = last_[b];
            for (size_t i = 0; i < out_.body[a].size(); ++i) {
                SequenceUnit& into = out_.units[out_.body[a][i]];
                const SequenceUnit& from = out_.units[out_.body[b][i]];
                into.iterations += from.iterations;
                into.isLoop = into.isLoop || from.isLoop;
                for (size_t k = 0; k < into.calls.size(); ++k)
                    pending_.emplace_back(into.calls[k], from.calls[k]);
            }
        }
    }

    const std::vector<SequenceCall>& calls_;
    const SequenceOptions& options_;
    const StopToken& stop_;
    FoldedCalls out_;
    std::vector<uint32_t> shape_, last_; ///< by call
    std::vector<bool> holdsExpanded_;    ///< by call
    std::unordered_map<std::u32string, uint32_t> shapeByText_;
    uint32_t shapes_ = 0;
    size_t steps_ = 0;
    std::vector<std::pair<uint32_t, uint32_t>> pending_;
};

} // namespace

FoldedCalls foldCalls(const std::vector<SequenceCall>& calls, const SequenceOptions& options, const StopToken& stop) {
    return Folder(calls, options, stop).run();
}

} // namespace aisle
