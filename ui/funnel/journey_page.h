#pragma once
// Base of the views about the cases of the present journey that are in the scope.

#include "cases/case_page.h"
#include "scope_without.h"
#include "widgets/empty_state.h"

namespace aisle {

/// What covers a page of the journey while it has nothing to show; its button opens a file or clears the scope.
class JourneyEmptyState : public EmptyState {
public:
    /// `title` and `words`: what the page is for, while nothing is open. A child of `over`, which it covers.
    JourneyEmptyState(ViewContext& context, QString title, QString words, QWidget* over);
    /// Says why there is no journey to count; false: there is one.
    bool showWithoutJourney();
    void showWithoutCases(const ScopeResult& scope); ///< that holds none of the journey's

private:
    ViewContext& context_;
    QString title_, words_;
};

/// That is in focus, or that a trace or span in focus belongs to; `journey` is of the table that the focus is about.
CaseNumber caseInFocus(const JourneyState& journey, const Focus& focus);

class JourneyPage : public CasePage {
    Q_OBJECT
protected:
    /// `own`: terms that are brushed in the page itself, which does not filter it.
    JourneyPage(ViewContext& context, QString title, QString words, QWidget* parent, ScopeWithout::Kinds own = {});

    /// Asks for the content of journey() in scope(), both ready, by work(). Called when the page can be seen.
    virtual void count() = 0;
    virtual void clear() = 0; ///< there is nothing to count
    virtual bool isEmpty() const = 0; ///< nothing of the scope counts
    virtual QString lacks() const { return {}; } ///< what has to be chosen before anything is counted, in words; empty: nothing
    virtual bool needsJourney() const { return true; } ///< false: cases are enough

    void refresh(); ///< count() or clear(), once it can be seen
    const std::shared_ptr<const JourneyState>& journey() const { return journey_; }
    const std::shared_ptr<const ScopeResult>& scope() const { return scope_; }
    /// Works out what show() is then given, for the journey and the scope there are now.
    template <typename Result>
    void work(std::function<Result(const JourneyState&, const std::vector<bool>&, const StopToken&)> find, std::function<void(Result)> show) {
        worker_.run<Result>([find = std::move(find), journey = journey_, scope = scope_](const StopToken& stop) { return find(*journey, casesInScope(*journey, *scope), stop); },
                            [this, show = std::move(show), journey = journey_, scope = scope_](Result found) {
                                problem_.clear();
                                shownJourney_ = journey;
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
    const std::shared_ptr<const JourneyState>& shownJourney() const { return shownJourney_; } ///< that the content on show is of
    /// Of the cases on show; see CasePage.
    void listCases(const CaseFilter& filter, const std::string& words = {}, std::function<bool(CaseNumber)> isOne = {}) {
        CasePage::listCases({shownJourney_, shownScope(), filter, std::move(isOne), words});
    }
    /// What covers it while it is empty; a child of `over`.
    void setEmptyState(QWidget* over);

private:
    void follow();
    void showEmptyState();
    bool hasJourney() const { return journey_->table == context().table() && (needsJourney() ? journey_->definition.has_value() : !journey_->cases().cases().empty()); }

    QString title_, words_, problem_;
    std::shared_ptr<const JourneyState> journey_, shownJourney_;
    std::shared_ptr<const ScopeResult> scope_;
    ScopeWithout without_;
    JourneyEmptyState* empty_ = nullptr;
    Worker worker_{this};
};

} // namespace aisle
