#include "masking.h"

#include "privacy/own_rules.h"
#include "privacy/pseudonyms.h"

namespace aisle {

namespace {

/// Of no workspace: pseudonyms that nobody can compare with others.
std::shared_ptr<const MaskingRedactor> unknownSalt() {
    static const std::shared_ptr<const MaskingRules> rules = maskingRules();
    return std::make_shared<const MaskingRedactor>(rules, newMaskingSalt());
}

struct Read {
    std::string own;
    std::shared_ptr<const MaskingRedactor> masking;
};

} // namespace

WindowMasking::WindowMasking(ViewContext& context, QObject* parent)
    : QObject(parent), context_(context), store_(context, kMaskingRules, tr("set of masking rules"), 1, false, this), masking_(unknownSalt()) {
    connect(&context_, &ViewContext::tableChanged, this, &WindowMasking::follow);
    connect(&store_, &UserStore::changed, this, &WindowMasking::takeOwnRules);
    connect(&store_, &UserStore::failed, this, &WindowMasking::failed);
    apply();
}

void WindowMasking::setRevealed(bool revealed) {
    if (revealed == isRevealed_)
        return;
    isRevealed_ = revealed;
    apply();
}

void WindowMasking::keepOwnRules(const std::string& json) {
    if (json.empty())
        store_.remove(kOwnRulesName);
    else
        store_.keep(kOwnRulesName, json);
}

/// They may have come from another window of the workspace.
void WindowMasking::takeOwnRules() {
    const std::string now = store_.items().empty() ? std::string() : store_.items().front().content;
    if (now != own_ && workspace_ && workspace_ == context_.workspace())
        work(now);
}

void WindowMasking::follow() {
    if (workspace_ != context_.workspace()) {
        workspace_ = context_.workspace();
        isRevealed_ = false;
        own_.clear();
        masking_ = unknownSalt();
        apply();
    } else if (!hasFailed_) {
        return;
    }
    hasFailed_ = false;
    if (workspace_)
        work(std::nullopt);
    else
        worker_.cancel();
}

/// `own`: nothing are those that the workspace has.
void WindowMasking::work(std::optional<std::string> own) {
    worker_.run<Read>(
        [workspace = workspace_, own = std::move(own)](const StopToken&) {
            Read out;
            out.own = own ? *own : keptOwnRules(*workspace->connect());
            out.masking = maskingRedactor(*workspace, maskingRulesWith(out.own));
            return out;
        },
        [this](Read read) {
            own_ = std::move(read.own);
            masking_ = std::move(read.masking);
            apply();
        },
        [this](const QString& problem) {
            hasFailed_ = true; // an import may have been writing: tried again with the next table; until then that of no workspace masks as well
            Q_EMIT failed(problem);
        });
}

void WindowMasking::apply() {
    context_.setRedactor(isRevealed_ ? std::make_shared<const Redactor>() : std::shared_ptr<const Redactor>(masking_), !isRevealed_);
    Q_EMIT changed();
}

} // namespace aisle
