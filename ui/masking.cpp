#include "masking.h"

#include "privacy/masking_redactor.h"
#include "privacy/pseudonyms.h"

namespace aisle {

namespace {

/// Of no workspace: pseudonyms that nobody can compare with others.
std::shared_ptr<const Redactor> unknownSalt() {
    static const std::shared_ptr<const MaskingRules> rules = maskingRules();
    return std::make_shared<const MaskingRedactor>(rules, newMaskingSalt());
}

} // namespace

WindowMasking::WindowMasking(ViewContext& context, QObject* parent) : QObject(parent), context_(context), masking_(unknownSalt()) {
    connect(&context_, &ViewContext::tableChanged, this, &WindowMasking::follow);
    apply();
}

void WindowMasking::setRevealed(bool revealed) {
    if (revealed == isRevealed_)
        return;
    isRevealed_ = revealed;
    apply();
}

void WindowMasking::follow() {
    if (workspace_ != context_.workspace()) {
        workspace_ = context_.workspace();
        isRevealed_ = false;
        masking_ = unknownSalt();
        apply();
    } else if (!hasFailed_) {
        return;
    }
    hasFailed_ = false;
    if (!workspace_) {
        worker_.cancel();
        return;
    }
    worker_.run<std::shared_ptr<const Redactor>>([workspace = workspace_](const StopToken&) { return std::shared_ptr<const Redactor>(maskingRedactor(*workspace)); },
                                                 [this](std::shared_ptr<const Redactor> masking) {
                                                     masking_ = std::move(masking);
                                                     apply();
                                                 },
                                                 [this](const QString&) { hasFailed_ = true; }); // an import may have been writing: tried again with the next table; until then that of no workspace masks as well
}

void WindowMasking::apply() {
    context_.setRedactor(isRevealed_ ? std::make_shared<const Redactor>() : masking_, !isRevealed_);
    Q_EMIT changed();
}

} // namespace aisle
