#pragma once
// How many traces one that was recorded stands for, where the file says how it was sampled.
//
// Read are, of any span of a trace: OpenTelemetry's tracestate (ot=th:HEX, a rejection threshold of 56 bits: the probability is
// 1 - th / 2^56; its former p:N, which is 2^-N), and the attributes that Jaeger's and Honeycomb's clients write: sampler.param with
// sampler.type = probabilistic, and SampleRate. Sources: https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/ and
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/ .

#include "query/source.h"
#include "table/cancel.h"

#include <optional>
#include <string_view>
#include <vector>

namespace aisle {

/// Thread: immutable.
class Sampling {
public:
    Sampling() = default; ///< nothing was sampled, as far as anybody knows
    /// Reads the tracestate of all spans: 5 M of them in about a second. Throws StoreError and Stopped.
    Sampling(const traceql::Source& source, const StopToken& stop);
    bool isKnown() const { return !weights_.empty(); }
    /// 1 or more; 1 where nothing is known.
    double weight(TraceIndex trace) const { return trace < weights_.size() ? weights_[trace] : 1; }

private:
    void take(TraceIndex trace, double weight, size_t traces);
    std::vector<double> weights_; ///< by trace; empty: all are 1
};

/// Of a tracestate; nothing when it says nothing about sampling, or nothing that makes sense.
std::optional<double> sampledWeight(std::string_view traceState);

} // namespace aisle
