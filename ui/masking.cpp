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

/// Masks every value: which are personal by rules that are not known yet, nobody knows. What is by its key is masked as that, so that one sees what it is.
class EveryValue : public Redactor {
public:
    explicit EveryValue(std::shared_ptr<const MaskingRedactor> known) : known_(std::move(known)) {}
    std::string redact(std::string_view key, std::string_view value) const override { return value.empty() ? std::string() : isKnown(key) ? known_->redact(key, value) : kMasked; }
    std::string redactNumber(std::string_view key, std::string_view number) const override { return isKnown(key) ? known_->redactNumber(key, number) : kMasked; }

private:
    bool isKnown(std::string_view key) const { return known_->rules().ofKey(key).rule != MaskingRules::kNone; }

    inline static const std::string kMasked = "masked until the rules of this workspace are read";
    std::shared_ptr<const MaskingRedactor> known_;
};

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
    if (context_.workspace())
        follow();
    else
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
        isRead_ = workspace_ == nullptr; // of nothing there are none
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
            isRead_ = true;
            apply();
        },
        [this](const QString& problem) {
            hasFailed_ = true; // an import may have been writing: tried again with the next table
            Q_EMIT failed(problem);
        });
}

void WindowMasking::apply() {
    std::shared_ptr<const Redactor> allows = masking_;
    if (isRevealed_)
        allows = std::make_shared<const Redactor>();
    else if (!isRead_)
        allows = std::make_shared<const EveryValue>(masking_);
    context_.setRedactor(std::move(allows), !isRevealed_);
    Q_EMIT changed();
}

} // namespace aisle
