#pragma once
// A window with the list of cases, for tests of that view.

#include "cases/case_key_box.h"
#include "cases/cases_view.h"
#include "journey/case_scope.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/list_delegate.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

#include <algorithm>

namespace aisle::test {

struct Window {
    explicit Window(std::shared_ptr<Workspace> workspace) : host({900, 500}, context), view(host.view), tester(host.view->list()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal) {
        context.setWorkspace(std::move(workspace));
        if (!settle())
            qFatal("the work does not end");
    }
    CaseSet set(std::vector<CaseNumber> cases) const { return {context.journey(), "chosen, 1 s to 2 s", std::move(cases), {}}; }
    std::vector<CaseNumber> listed() const {
        std::vector<CaseNumber> out = view->model().content().cases;
        std::sort(out.begin(), out.end());
        return out;
    }
    ViewContext context;
    Host<CasesView> host;
    CasesView* view;
    QAbstractItemModelTester tester;
};

} // namespace aisle::test
