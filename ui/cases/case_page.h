#pragma once
// Base of views that count cases: each of their numbers can be opened as the list of exactly the cases that it counts.

#include "journey/case_filter.h"
#include "view.h"

namespace aisle {

/// The cases behind a number.
struct CaseSet {
    std::shared_ptr<const JourneyState> journey; ///< that they are cases of; never null
    std::string words;                           ///< what they are: "device.type = mobile, stopped at Checkout"
    std::vector<CaseNumber> cases;               ///< ascending
    std::vector<Scope> scopes;                   ///< that may select exactly these: it is looked whether one does
};

class CasePage : public View {
    Q_OBJECT
Q_SIGNALS:
    void casesWanted(const aisle::CaseSet& set); ///< that the list of cases shows these

protected:
    explicit CasePage(ViewContext& context, QWidget* parent = nullptr) : View(context, parent) {}

    struct Asked {
        std::shared_ptr<const JourneyState> journey;
        std::shared_ptr<const ScopeResult> scope; ///< of its cases
        CaseFilter filter;                        ///< those that pass
        std::function<bool(CaseNumber)> isOne;    ///< and are one of these, on any thread; null: all
        std::string words;                        ///< empty: those of the filter
    };
    /// Works out which they are, then casesWanted(). Does nothing without a journey.
    void listCases(Asked asked);

private:
    Worker lister_{this};
};

} // namespace aisle
