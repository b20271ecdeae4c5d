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

namespace aisle {

class CaseSource {
public:
    CaseSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table) : workspace_(std::move(workspace)), table_(std::move(table)) {}

    const SpanTablePtr& table() const { return table_; }

    /// The cases by that notion of one (CaseKey::id); where the file has none of them, by the first of the others that ties traces together:
    /// CaseIndex::key() says which. No cases: nothing does. Throws StoreError and Stopped; a stopped call leaves nothing behind.
    std::shared_ptr<const CaseIndex> cases(const std::string& keyId, const StopToken& stop = {});

    /// What the events of all journeys need.
    struct Facts {
        RowSet requests;                  ///< see requests()
        std::vector<int64_t> resolutions; ///< see clockResolutions()
    };
    std::shared_ptr<const Facts> facts(const StopToken& stop = {});

private:
    struct Columns;
    const Columns& columns(const StopToken& stop);

    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    std::mutex mutex_, factsMutex_;
    std::shared_ptr<const Columns> columns_;
    std::map<std::string, std::shared_ptr<const CaseIndex>> byKey_; ///< by the id that was asked for
    std::shared_ptr<const Facts> facts_;
};

} // namespace aisle
