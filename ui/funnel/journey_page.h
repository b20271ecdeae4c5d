#pragma once
// Base of the views about the cases of the present journey that are in the scope.

#include "view.h"

namespace aisle {

class EmptyState;

class JourneyPage : public View {
    Q_OBJECT
protected:
    /// `title` and `words`: what the page is for, while nothing is open.
    JourneyPage(ViewContext& context, QString title, QString words, QWidget* parent);

    /// Asks for the content of journey() in scope(), both ready, by work(). Called when the page can be seen.
    virtual void count() = 0;
    virtual void clear() = 0; ///< there is nothing to count
    virtual bool isEmpty() const = 0; ///< nothing of the scope counts

    void refresh(); ///< count() or clear(), once it can be seen
    const std::shared_ptr<const JourneyState>& journey() const { return journey_; }
    const std::shared_ptr<const ScopeResult>& scope() const { return scope_; }
    /// Works out what show() is then given, for the journey and the scope there are now.
    template <typename Result>
    void work(std::function<Result(const JourneyState&, const std::vector<bool>&, const StopToken&)> find, std::function<void(Result)> show) {
        worker_.run<Result>([find = std::move(find), journey = journey_, scope = scope_](const StopToken& stop) { return find(*journey, casesInScope(*journey, *scope), stop); },
                            [this, show = std::move(show), scope = scope_](Result found) {
                                problem_.clear();
                                setShownScope(scope);
                                show(std::move(found));
                                showEmptyState();
                            },
                            [this](const QString& problem) {
                                problem_ = problem;
                                clear();
                                showEmptyState();
                            });
    }
    /// What covers it while it is empty; a child of `over`.
    void setEmptyState(QWidget* over);

private:
    void follow();
    void showEmptyState();

    QString title_, words_, problem_;
    std::shared_ptr<const JourneyState> journey_;
    std::shared_ptr<const ScopeResult> scope_;
    EmptyState* empty_ = nullptr;
    Worker worker_{this};
};

} // namespace aisle
