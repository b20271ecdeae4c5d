#include "store/trace_attributes.h"

#include "store/attribute_json.h"
#include "store/workspace.h"

#include <algorithm>

namespace aisle {

class TraceAttributes::Loader {
public:
    Loader(Database& db, const SpanTable& table, const StopToken& stop)
        : table_(table), stop_(stop), spans_(db.prepare("SELECT row, context, attributes FROM span WHERE row >= ?1 AND row <= ?2 ORDER BY row")),
          one_(db.prepare("SELECT attributes FROM span WHERE row = ?1")), pair_(db.prepare("SELECT key, value, type FROM attribute WHERE id = ?1")),
          key_(db.prepare("SELECT text FROM string WHERE id = ?1")), context_(db.prepare("SELECT resource FROM context WHERE id = ?1")) {}

    TraceAttributes load(std::span<const TraceIndex> traces) {
        std::vector<Row> all;
        for (const TraceIndex trace : traces)
            all.insert(all.end(), table_.rowsOf(trace).begin(), table_.rowsOf(trace).end());
        std::sort(all.begin(), all.end());
        for (const Row row : all)
            if (!table_.isHidden(row))
                out_.rows_.push_back(row);
        out_.resourceOf_.reserve(out_.rows_.size());
        out_.first_.reserve(out_.rows_.size() + 1);
        for (const Row row : all)
            if (table_.isHidden(row) && (table_.derivedFlags(row) & kFragment) != 0) {
                stop_.check();
                fragment(row);
            }
        readSpans();
        return std::move(out_);
    }

private:
    /// Rows of one trace mostly follow each other: then one statement reads many.
    void readSpans() {
        constexpr Row kGap = 64; // reading some of other traces is cheaper than another search
        const auto& rows = out_.rows_;
        for (size_t i = 0; i < rows.size();) {
            size_t end = i + 1;
            while (end < rows.size() && rows[end] - rows[end - 1] <= kGap)
                ++end;
            spans_.reset();
            spans_.bind(1, static_cast<int64_t>(rows[i])).bind(2, static_cast<int64_t>(rows[end - 1]));
            while (i < end && spans_.step()) {
                const auto row = static_cast<Row>(spans_.integer(0));
                while (i < end && rows[i] < row) // not in the store: an import goes on
                    nothing(), ++i;
                if (i < end && rows[i] == row)
                    span(i++);
                if ((++read_ & 0xfff) == 0)
                    stop_.check();
            }
            for (; i < end; ++i)
                nothing();
        }
    }

    void nothing() {
        if (out_.resources_.empty() || !out_.resources_.back().empty())
            out_.resources_.emplace_back();
        out_.resourceOf_.push_back(static_cast<uint32_t>(out_.resources_.size() - 1));
        out_.hasOthers_.push_back(false);
        out_.first_.push_back(static_cast<uint32_t>(out_.numbers_.size()));
    }

    void span(size_t place) {
        bool others = out_.fragments_.count(place) > 0;
        forEachAttribute(
            spans_.text(2), [&](uint32_t id) { out_.numbers_.push_back(number(id)); }, [&](uint32_t, ValueType, std::string_view) { others = true; });
        out_.first_.push_back(static_cast<uint32_t>(out_.numbers_.size()));
        out_.hasOthers_.push_back(others);
        out_.resourceOf_.push_back(resource(static_cast<uint32_t>(spans_.integer(1))));
    }

    void fragment(Row row) {
        const auto at = std::lower_bound(out_.rows_.begin(), out_.rows_.end(), table_.parent(row));
        one_.reset();
        if (at == out_.rows_.end() || *at != table_.parent(row) || !one_.bind(1, static_cast<int64_t>(row)).step())
            return;
        out_.fragments_.emplace(static_cast<size_t>(at - out_.rows_.begin()), row);
        forEachAttribute(one_.text(0), [&](uint32_t id) { number(id); }, [](uint32_t, ValueType, std::string_view) {});
    }

    uint32_t add(std::string key, std::string value, ValueType type) {
        out_.pairs_.push_back({std::move(key), std::move(value), type});
        return static_cast<uint32_t>(out_.pairs_.size() - 1);
    }

    std::string keyText(uint32_t id) {
        key_.reset();
        return key_.bind(1, static_cast<int64_t>(id)).step() ? std::string(key_.text(0)) : std::string();
    }

    static ValueType typeOf(int64_t type) {
        return type < 0 || type > static_cast<int64_t>(ValueType::Map) ? ValueType::String : static_cast<ValueType>(type);
    }

    uint32_t number(uint32_t id) {
        const auto [at, isNew] = out_.numberOf_.try_emplace(id, 0);
        if (!isNew)
            return at->second;
        pair_.reset();
        const bool found = pair_.bind(1, static_cast<int64_t>(id)).step();
        at->second = found ? add(keyText(static_cast<uint32_t>(pair_.integer(0))), std::string(pair_.text(1)), typeOf(pair_.integer(2)))
                           : add({}, {}, ValueType::String);
        return at->second;
    }

    /// Of resources there are few: all their values become pairs.
    uint32_t resource(uint32_t context) {
        const auto [at, isNew] = resourceOf_.try_emplace(context, 0);
        if (!isNew)
            return at->second;
        std::vector<uint32_t> numbers;
        context_.reset();
        if (context_.bind(1, static_cast<int64_t>(context)).step())
            forEachAttribute(
                context_.text(0), [&](uint32_t id) { numbers.push_back(number(id)); },
                [&](uint32_t key, ValueType type, std::string_view quoted) { numbers.push_back(add(keyText(key), unquoteJson(quoted), type)); });
        out_.resources_.push_back(std::move(numbers));
        at->second = static_cast<uint32_t>(out_.resources_.size() - 1);
        return at->second;
    }

    const SpanTable& table_;
    const StopToken& stop_;
    Statement spans_, one_, pair_, key_, context_;
    TraceAttributes out_;
    std::unordered_map<uint32_t, uint32_t> resourceOf_; ///< by context
    uint32_t read_ = 0;
};

TraceAttributes TraceAttributes::read(Database& db, const SpanTable& table, std::span<const TraceIndex> traces, const StopToken& stop) {
    const ReadTransaction one(db); // all of one state
    return Loader(db, table, stop).load(traces);
}

TraceAttributes::Reader::Reader(Database& db, const TraceAttributes& attributes)
    : attributes_(attributes), span_(db.prepare("SELECT attributes FROM span WHERE row = ?1")), key_(db.prepare("SELECT text FROM string WHERE id = ?1")) {}

const std::vector<TraceAttributes::Pair>& TraceAttributes::Reader::of(size_t place) {
    found_.clear();
    add(attributes_.rows_[place]);
    for (auto [at, end] = attributes_.fragments_.equal_range(place); at != end; ++at)
        add(at->second);
    return found_;
}

void TraceAttributes::Reader::add(Row row) {
    span_.reset();
    if (!span_.bind(1, static_cast<int64_t>(row)).step())
        return;
    forEachAttribute(
        span_.text(0),
        [&](uint32_t id) {
            if (const auto known = attributes_.numberOf_.find(id); known != attributes_.numberOf_.end())
                found_.push_back(attributes_.pairs_[known->second]);
        },
        [&](uint32_t id, ValueType type, std::string_view quoted) {
            const auto [at, isNew] = keys_.try_emplace(id);
            if (isNew) {
                key_.reset();
                if (key_.bind(1, static_cast<int64_t>(id)).step())
                    at->second = std::string(key_.text(0));
            }
            found_.push_back({at->second, unquoteJson(quoted), type});
        });
}

TraceAttributesSource::TraceAttributesSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table, std::vector<TraceIndex> traces)
    : workspace_(std::move(workspace)), table_(std::move(table)), traces_(std::move(traces)) {}

TraceAttributesSource::~TraceAttributesSource() = default;

std::shared_ptr<const TraceAttributes> TraceAttributesSource::get(const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    if (auto known = attributes_.load())
        return known;
    auto made = workspace_ ? std::make_shared<const TraceAttributes>(TraceAttributes::read(*workspace_->connect(), *table_, traces_, stop))
                           : std::make_shared<const TraceAttributes>();
    attributes_.store(made);
    return made;
}

} // namespace aisle
