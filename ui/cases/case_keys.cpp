#include "cases/case_keys.h"

namespace aisle {

CaseKeys::CaseKeys(ViewContext& context)
    : context_(context), store_(context, kCaseKey, tr("kind of case"), kMostOwnCaseKeys, false, this), workspace_(context.workspace()) {
    connect(&store_, &UserStore::changed, this, &CaseKeys::take);
    connect(&store_, &UserStore::failed, this, &CaseKeys::failed);
    connect(&context, &ViewContext::workspaceMoved, this, [this] { workspace_ = context_.workspace(); });
}

void CaseKeys::take() {
    if (workspace_.lock() != context_.workspace()) { // another one, of which nothing is read yet: its cases read what they need themselves
        workspace_ = context_.workspace();
        own_.clear();
        Q_EMIT changed();
        return;
    }
    std::vector<CaseKey> now = caseKeysOf(store_.items());
    if (now == own_)
        return;
    own_ = std::move(now);
    context_.setOwnCaseKeys(own_);
    Q_EMIT changed();
}

} // namespace aisle
