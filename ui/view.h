#pragma once
// Base of all views: a folder each, one line each in view_registry.cpp.

#include "view_context.h"

#include <QJsonObject>
#include <QWidget>

#include <functional>
#include <memory>
#include <span>
#include <vector>

class QAction;

namespace aisle {

/// A view's content as a file that is no picture and no table.
struct ViewDocument {
    QString name, suffix; ///< "DOT graph", "dot"
    std::function<std::string(const Redactor&)> render; ///< on any thread
};

class View : public QWidget {
    Q_OBJECT
public:
    explicit View(ViewContext& context, QWidget* parent = nullptr) : QWidget(parent), context_(context) {}

    /// One line for the status bar about what is shown ("1,204 of 13,211 traces"); empty: nothing to say.
    virtual QString statusText() const { return {}; }
    /// The content as a table, for copying and CSV/JSON export; null when the view has none.
    virtual std::unique_ptr<Tabular> tabular() const { return nullptr; }
    static constexpr int kAnyHeight = 1'000'000;
    /// What else it can be exported as.
    virtual std::vector<ViewDocument> documents() const { return {}; }
    /// The whole content (not the viewport) as a picture, for export; a list that would be taller than `tallest` leaves out
    /// rows and says so. An empty size: cannot be drawn.
    virtual QSize pictureSize(int tallest = kAnyHeight) const {
        Q_UNUSED(tallest);
        return {};
    }
    /// `size`: what pictureSize() gave.
    virtual void paintPicture(QPainter&, QSize size) const { Q_UNUSED(size); }
    /// Keyboard focus to what keys are for in this view.
    virtual void takeFocus() { setFocus(); }
    virtual bool hasSearch() const { return false; }
    /// Opens the search of a view that has one.
    virtual void openSearch() {}

    /// The scope that the content on show belongs to; null before there is any. Lags behind while the view works.
    const std::shared_ptr<const ScopeResult>& shownScope() const { return shownScope_; }
    /// How it looks: what is measured, by what. For saved views and for copies.
    virtual QJsonObject settings() const { return {}; }
    /// From a file of a stranger: what is missing or makes no sense leaves things as they are.
    virtual void applySettings(const QJsonObject& settings) { Q_UNUSED(settings); }
    /// Does what a hidden view put off; for who asks for its content without showing it.
    void catchUp();

Q_SIGNALS:
    void statusTextChanged();
    void documentWanted(const QString& suffix); ///< one of documents() as a file: the window asks which
    void spansWanted(const std::shared_ptr<const aisle::ScopeResult>& spans, const QString& words); ///< these as a trace file, of what in words

protected:
    ViewContext& context() const { return context_; }
    SelectionModel& selection() const { return context_.selection(); }
    void setShownScope(std::shared_ptr<const ScopeResult> scope) { shownScope_ = std::move(scope); }
    /// Runs it now when the view can be seen, else when it is shown: nobody waits for what nobody looks at. Of what was put off
    /// only the last is run, so one that does less must not follow one that does more.
    void whenSeen(std::function<void()> refresh);
    void showEvent(QShowEvent* event) override;

private:
    ViewContext& context_;
    std::shared_ptr<const ScopeResult> shownScope_;
    std::function<void()> due_;
};

struct ViewInfo {
    const char* id;    ///< as in `aisle show`: "trace-list"
    const char* title; ///< of its dock, or of its page there
    const char* dock;  ///< as in the stored layout; views of one dock are pages of it, the first is on top at first
    const char* help;  ///< one sentence: what it shows
    View* (*create)(ViewContext& context, QWidget* parent);
    bool isOfOrders() const; ///< its context is the OrdersContext
};
std::span<const ViewInfo> views();
inline constexpr char kTraceDock[] = "trace";     ///< holds the views of one trace
inline constexpr char kJourneyDock[] = "journey"; ///< holds the views of the cases of the journey
inline constexpr char kOrdersDock[] = "orders";   ///< holds the views of orders; their context is the OrdersContext
inline constexpr char kOrderDock[] = "order";     ///< one order, in plain words
inline constexpr char kExploreDock[] = "explore"; ///< holds charts of what the scope selects

} // namespace aisle
