#include "pinned_context.h"

#include <QScopedValueRollback>

namespace aisle {

PinnedContext::PinnedContext(ViewContext& live, bool keepsFocus, QObject* parent) : ViewContext(parent), live_(live), keepsFocus_(keepsFocus), pinned_(live.selection().selection()) {
    {
        const QScopedValueRollback handing(isHandingOver_, true);
        selection().setScope(pinned_.scope);
        selection().setFocus(pinned_.focus);
    }
    share(live);
    connect(&live, &ViewContext::tableChanged, this, [this] { share(live_); });
    connect(&live, &ViewContext::journeyChanged, this, [this] { share(live_); });
    connect(&live, &ViewContext::otherJourneyChanged, this, [this] { share(live_); });
    connect(&live, &ViewContext::maskingChanged, this, &ViewContext::maskingChanged);
    connect(&live, &ViewContext::timeZoneChanged, this, [this] { setTimeZone(live_.timeZone()); });
    connect(&live.selection(), &SelectionModel::focusChanged, this, [this](const Focus& focus) {
        if (keepsFocus_)
            return;
        const QScopedValueRollback handing(isHandingOver_, true);
        selection().setFocus(focus);
    });
    connect(&selection(), &SelectionModel::scopeChanged, this, &PinnedContext::handOver);
    connect(&selection(), &SelectionModel::focusChanged, this, &PinnedContext::handOver);
    connect(&selection(), &SelectionModel::cameToRest, this, [this] { live_.selection().setScope(live_.selection().scope()); }); // so does its brush
    connect(this, &ViewContext::revealRequested, &live, &ViewContext::revealRequested);
    connect(this, &ViewContext::openRequested, &live, &ViewContext::openRequested);
    connect(this, &ViewContext::traceRequested, &live, &ViewContext::traceRequested);
    connect(this, &ViewContext::undoOffered, &live, &ViewContext::undoOffered);
}

/// What its view chose is the window's choice; here it stays as it was.
void PinnedContext::handOver() {
    if (isHandingOver_)
        return;
    const QScopedValueRollback handing(isHandingOver_, true);
    const Selection chosen = selection().selection();
    if (!(chosen.scope == pinned_.scope)) {
        const bool isLive = selection().isLive();
        if (isLive)
            selection().setScopeLive(pinned_.scope);
        else
            selection().setScope(pinned_.scope);
        if (isLive)
            live_.selection().setScopeLive(chosen.scope);
        else
            live_.selection().setScope(chosen.scope);
    }
    const Focus before = keepsFocus_ ? pinned_.focus : live_.selection().focus();
    if (chosen.focus == before)
        return;
    if (keepsFocus_)
        selection().setFocus(pinned_.focus);
    live_.selection().setFocus(chosen.focus);
}

} // namespace aisle
