#pragma once
// The user's own notions of a case, kept in the workspace. What is kept or removed here, or in another window of the workspace, is what
// the context's cases are worked out with.
// Thread: the UI thread.

#include "cases/case_key.h"
#include "user_store.h"

namespace aisle {

class CaseKeys : public QObject {
    Q_OBJECT
public:
    explicit CaseKeys(ViewContext& context);

    const std::vector<CaseKey>& own() const { return own_; } ///< newest first
    std::vector<CaseKey> all() const { return withPresets(own_); }
    /// Takes the place of the one with this id.
    void keep(const CaseKey& key) { store_.keep(key.id, toJson(key)); }
    void remove(const std::string& id) { store_.remove(id); }

Q_SIGNALS:
    void changed();
    void failed(const QString& problem); ///< it is not in the workspace

private:
    void take();
    ViewContext& context_;
    UserStore store_;
    std::weak_ptr<Workspace> workspace_; ///< that they are of
    std::vector<CaseKey> own_;
};

} // namespace aisle
