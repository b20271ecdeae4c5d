#include "cases/case_ties.h"

#include <algorithm>

namespace aisle {

namespace {

constexpr CaseNumber kSeveral = kNoCase - 1;

/// Lists by number, one behind the other.
struct Lists {
    std::vector<uint32_t> first, items;
    std::span<const uint32_t> of(uint32_t n) const { return {items.data() + first[n], first[n + 1] - first[n]}; }

    /// f(emit) calls emit(list, item) for everything, twice.
    template <typename F>
    static Lists make(size_t lists, F&& f) {
        Lists out;
        out.first.assign(lists + 1, 0);
        f([&](uint32_t list, uint32_t) { ++out.first[list + 1]; });
        for (size_t n = 0; n < lists; ++n)
            out.first[n + 1] += out.first[n];
        out.items.resize(out.first.back());
        std::vector<uint32_t> next(out.first.begin(), out.first.end() - 1);
        f([&](uint32_t list, uint32_t item) { out.items[next[list]++] = item; });
        return out;
    }
};

class Tying {
public:
    Tying(const SpanTable& table, std::vector<CaseNumber> own, std::span<const CaseColumn* const> attributes, const StopToken& stop) : table_(table), stop_(stop) {
        out_.ofTrace = std::move(own);
        out_.by.resize(out_.ofTrace.size());
        isContested_.resize(out_.ofTrace.size());
        offered_.assign(out_.ofTrace.size(), kNoCase);
        uint32_t values = 0;
        for (const CaseColumn* column : attributes) {
            firstValue_.push_back(values);
            values += static_cast<uint32_t>(column->distinct.size());
        }
        caseOfValue_.assign(values, kNoCase);
        const auto forEach = [&](auto&& f) {
            for (size_t a = 0; a < attributes.size(); ++a)
                for (const CaseColumn::Said& said : attributes[a]->said)
                    f(firstValue_[a] + said.value, said.trace);
        };
        tracesOf_ = Lists::make(values, [&](auto&& emit) { forEach(emit); });
        valuesOf_ = Lists::make(out_.ofTrace.size(), [&](auto&& emit) { forEach([&](uint32_t value, TraceIndex t) { emit(t, value); }); });
        for (TraceIndex t = 0; t < out_.ofTrace.size(); ++t)
            if (out_.ofTrace[t] != kNoCase) {
                out_.by[t] = static_cast<uint8_t>(CaseTie::Own);
                fresh_.push_back(t);
            }
    }

    CaseTies run(bool links) {
        if (links)
            readLinks();
        std::vector<TraceIndex> forLinks = fresh_;
        for (;;) {
            stop_.check();
            if (!fresh_.empty()) {
                byAttributes();
                forLinks.insert(forLinks.end(), fresh_.begin(), fresh_.end());
                continue;
            }
            if (!links || forLinks.empty())
                break;
            byLinks(forLinks);
            forLinks = fresh_;
        }
        return std::move(out_);
    }

private:
    /// From fresh_; what was given is fresh then.
    void byAttributes() {
        std::vector<uint32_t> touched;
        for (const TraceIndex t : fresh_)
            for (const uint32_t value : valuesOf_.of(t)) {
                CaseNumber& known = caseOfValue_[value];
                if (known == kNoCase) {
                    known = out_.ofTrace[t];
                    touched.push_back(value);
                } else if (known != out_.ofTrace[t]) {
                    known = kSeveral;
                }
            }
        for (const uint32_t value : touched) {
            if (caseOfValue_[value] == kSeveral)
                continue;
            const auto attribute = static_cast<size_t>(std::upper_bound(firstValue_.begin(), firstValue_.end(), value) - firstValue_.begin()) - 1;
            for (const TraceIndex t : tracesOf_.of(value))
                offer(t, caseOfValue_[value], static_cast<uint8_t>(static_cast<size_t>(CaseTie::Attribute) + attribute));
        }
        accept();
    }

    void byLinks(const std::vector<TraceIndex>& from) {
        for (const TraceIndex t : from)
            for (const TraceIndex other : linked_.of(t))
                offer(other, out_.ofTrace[t], static_cast<uint8_t>(CaseTie::Link));
        accept();
    }

    void offer(TraceIndex t, CaseNumber number, uint8_t by) {
        if (out_.ofTrace[t] != kNoCase || isContested_[t])
            return;
        if (offered_[t] == kNoCase) {
            offered_[t] = number;
            out_.by[t] = by;
            asked_.push_back(t);
        } else if (offered_[t] != number) {
            offered_[t] = kSeveral;
        } else {
            out_.by[t] = std::min(out_.by[t], by);
        }
    }

    void accept() {
        fresh_.clear();
        for (const TraceIndex t : asked_) {
            if (offered_[t] == kSeveral) {
                isContested_[t] = true;
                out_.by[t] = 0;
                ++out_.contested;
            } else {
                out_.ofTrace[t] = offered_[t];
                fresh_.push_back(t);
            }
        }
        asked_.clear();
    }

    /// Which traces get the case of a trace.
    void readLinks() {
        std::vector<std::pair<TraceIndex, TraceIndex>> links; // of the span that links, linked to
        for (uint32_t s = 0; s < table_.segmentCount(); ++s) {
            if (!table_.hasSegment(s))
                continue;
            const Segment& segment = table_.segmentAt(s);
            for (size_t i = 0; i < segment.links.size(); ++i) {
                const Row row = s << 16 | segment.links[i].offset, target = table_.derivedAt(s).linkTarget[i];
                if (target != kNoRow && !table_.isHidden(row) && table_.trace(row) != table_.trace(target))
                    links.emplace_back(table_.trace(row), table_.trace(target));
            }
        }
        std::sort(links.begin(), links.end());
        links.erase(std::unique(links.begin(), links.end()), links.end());
        linked_ = Lists::make(out_.ofTrace.size(), [&](auto&& emit) {
            for (size_t i = 0; i < links.size(); ++i) {
                const auto [by, to] = links[i];
                emit(to, by);
                // Who takes a batch of messages brings their senders together without their having to do with each other.
                if ((i == 0 || links[i - 1].first != by) && (i + 1 == links.size() || links[i + 1].first != by))
                    emit(by, to);
            }
        });
    }

    const SpanTable& table_;
    const StopToken& stop_;
    CaseTies out_;
    std::vector<uint32_t> firstValue_;      ///< by attribute: its values are numbered from there
    std::vector<CaseNumber> caseOfValue_;
    Lists tracesOf_, valuesOf_, linked_;
    std::vector<CaseNumber> offered_;
    std::vector<bool> isContested_;
    std::vector<TraceIndex> fresh_, asked_; ///< got their case in the last round; were offered one in this
};

} // namespace

CaseTies tieTraces(const SpanTable& table, std::vector<CaseNumber> own, std::span<const CaseColumn* const> attributes, bool links, const StopToken& stop) {
    return Tying(table, std::move(own), attributes.first(std::min(attributes.size(), CaseTies::kMostAttributes)), stop).run(links);
}

} // namespace aisle
