#include "scope_without.h"

namespace aisle {

ScopeWithout::ScopeWithout(ViewContext& context, Kinds kinds, QObject* parent)
    : QObject(parent), context_(context), kinds_(std::move(kinds)), table_(context.table()), result_(context.scopeResult()) {
    connect(&context, &ViewContext::scopeResultChanged, this, &ScopeWithout::follow);
    follow();
}

void ScopeWithout::setKinds(Kinds kinds) {
    kinds_ = std::move(kinds);
    follow();
}

void ScopeWithout::follow() {
    const auto& whole = context_.scopeResult();
    const Scope wanted = whole->scope.without(kinds_);
    if (wanted == whole->scope) {
        worker_.cancel();
        if (result_ != whole)
            show(whole);
        return;
    }
    if (table_ == context_.table() && result_->scope == wanted && !worker_.isBusy())
        return;
    // A term about cases needs the journey, and is worked out again when it is there: the context does, and signals.
    worker_.run<std::shared_ptr<const ScopeResult>>(
        [wanted, asked = context_.queryContext()](const StopToken& stop) { return std::make_shared<const ScopeResult>(evaluate(wanted, asked, stop)); },
        [this](std::shared_ptr<const ScopeResult> result) { show(std::move(result)); },
        [this](const QString&) { show(context_.scopeResult()); }); // the scope bar says what is wrong
}

void ScopeWithout::show(std::shared_ptr<const ScopeResult> result) {
    table_ = context_.table();
    result_ = std::move(result);
    Q_EMIT changed();
}

} // namespace aisle
