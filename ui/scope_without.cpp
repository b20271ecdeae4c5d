#include "scope_without.h"

namespace aisle {

ScopeWithout::ScopeWithout(ViewContext& context, Kinds kinds, QObject* parent)
    : QObject(parent), context_(context), kinds_(std::move(kinds)), journey_(context.journey()), result_(context.scopeResult()) {
    connect(&context, &ViewContext::tableChanged, this, [this] { // before anybody asks with rows of another table
        worker_.cancel();
        result_ = context_.scopeResult();
        isTold_ = false;
    });
}

bool ScopeWithout::follow() {
    const auto& whole = context_.scopeResult();
    const Scope wanted = whole->scope.without(kinds_);
    if (wanted == whole->scope) {
        worker_.cancel();
        if (result_ == whole && isTold_)
            return false;
        show(whole);
        return true;
    }
    if (isTold_ && result_->scope == wanted && journey_ == context_.journey() && !worker_.isBusy())
        return false;
    journey_ = context_.journey(); // which conditions about cases depend on
    const auto work = [wanted, asked = context_.queryContext()](const StopToken& stop) { return std::make_shared<const ScopeResult>(evaluate(wanted, asked, stop)); };
    const auto done = [this](std::shared_ptr<const ScopeResult> result) { show(std::move(result)); };
    const auto failed = [this](const QString&) { show(context_.scopeResult()); }; // the scope bar says what is wrong
    if (context_.isMoving())
        worker_.follow<std::shared_ptr<const ScopeResult>>(work, done, failed);
    else
        worker_.run<std::shared_ptr<const ScopeResult>>(work, done, failed);
    return true;
}

void ScopeWithout::show(std::shared_ptr<const ScopeResult> result) {
    result_ = std::move(result);
    isTold_ = true;
    Q_EMIT changed();
}

} // namespace aisle
