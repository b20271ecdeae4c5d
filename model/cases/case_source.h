#pragma once
// The cases of a table, worked out once for each notion of a case and shared: by funnels, paths, scopes, the command line.
//
// Thread: any; the first caller works, others wait for it. Keep it off the UI thread.

#include "cases/case_index.h"
#include "store/workspace.h"
#include "table/row_set.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace aisle {

namespace traceql {
class DictionarySource;
}

class CaseSource {
public:
    /// `attributes`: of that table; with them cases are read faster. Null: without.
    CaseSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table, std::shared_ptr<traceql::DictionarySource> attributes = {})
        : workspace_(std::move(workspace)), table_(std::move(table)), attributes_(std::move(attributes)) {}

    const SpanTablePtr& table() const { return table_; }

    /// The cases by that notion of one (CaseKey::id, or the name of any attribute); where the file has none of them, by the first of the
    /// others that ties traces together: CaseIndex::key() says which. No cases: nothing does. Throws StoreError and Stopped; a stopped
    /// call leaves nothing behind.
    std::shared_ptr<const CaseIndex> cases(const std::string& keyId, const StopToken& stop = {});

    /// The cases by a notion that nobody has kept, of a file or while it is edited; no cases: the file has none of its attributes. The last
    /// one is remembered. Throws as above.
    std::shared_ptr<const CaseIndex> cases(const CaseKey& key, const StopToken& stop = {});

    /// The user's own and the presets (caseKeys()): as was said last (setOwn()), else as they were in the workspace when first asked for.
    std::vector<CaseKey> keys();
    /// What the user's own are: cases are worked out anew for who asks from now on. False: they are what they were. Never waits for work.
    bool setOwn(std::vector<CaseKey> own);
    using ColumnPtr = std::shared_ptr<const CaseColumn>;
    /// What traces say in these attributes, in their order; of one that nobody has an empty one. Throws as cases().
    std::vector<ColumnPtr> columns(const std::vector<std::string>& attributes, const StopToken& stop = {});
    /// The attribute that cases of a notion are by; empty: nothing of it is in the file. Throws as cases().
    std::string attributeOf(const CaseKey& key, const StopToken& stop = {});

    /// Traces with a span of a bot or a test, as spans say of themselves (syntheticMarks()) or CaseKey::bots says; in no order, some more
    /// than once. Throws as cases(), and std::runtime_error when the condition is none.
    std::vector<TraceIndex> syntheticTraces(const CaseKey& key, const StopToken& stop = {});

    /// What the events of all journeys need.
    struct Facts {
        RowSet requests;                  ///< see requests()
        std::vector<int64_t> resolutions; ///< see clockResolutions()
    };
    std::shared_ptr<const Facts> facts(const StopToken& stop = {});

private:
    const std::vector<CaseKey>& keysLocked();
    std::vector<ColumnPtr> columnsLocked(const std::vector<std::string>& attributes, const StopToken& stop);
    std::string attributeLocked(const CaseKey& key, const StopToken& stop);
    std::vector<TraceIndex> syntheticLocked(const CaseKey& key, const StopToken& stop);
    std::shared_ptr<const CaseIndex> build(const CaseKey& key, const std::string& attribute, const StopToken& stop);

    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    std::shared_ptr<traceql::DictionarySource> attributes_;
    std::mutex mutex_, factsMutex_, ownMutex_;
    std::optional<std::vector<CaseKey>> own_; ///< ownMutex_; nothing: they have not been read
    bool isOwnNew_ = false;                   ///< ownMutex_; keys_ and byKey_ are of others
    std::vector<CaseKey> keys_;
    std::map<std::string, ColumnPtr> columns_;                      ///< by attribute, those that were read
    std::map<std::string, std::shared_ptr<const CaseIndex>> byKey_; ///< by the id that was asked for
    std::pair<CaseKey, std::shared_ptr<const CaseIndex>> given_;    ///< the last one that nobody has kept
    std::shared_ptr<const Facts> facts_;
};

} // namespace aisle
