#pragma once
// What tests of the pages beside the funnel share.

#include "cases/case_page.h"
#include "charts/field_box.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/empty_state.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>

namespace aisle::test {

/// What a page asked to have listed.
struct Listed {
    explicit Listed(const CasePage* page) {
        QObject::connect(page, &CasePage::casesWanted, page, [this](const CaseSet& set) {
            last = set;
            ++times;
        });
    }
    CaseSet last;
    int times = 0;
};

inline std::vector<CaseNumber> those(const JourneyState& journey, const std::function<bool(const CaseProgress&, CaseNumber)>& isOne) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < journey.counted.size(); ++c)
        if (journey.counted[c] && isOne(journey.everything.progress[c], c))
            out.push_back(c);
    return out;
}

} // namespace aisle::test
