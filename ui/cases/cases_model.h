#pragma once
// Rows of the list of cases: numbers of cases in the order that was worked out; text is made when a row is shown.
// Thread: the UI thread.

#include "journey/case_list.h"
#include "journey_words.h"
#include "orders/fulfilment_log.h"
#include "text/format.h"

#include <QAbstractTableModel>

#include <memory>

namespace aisle {

class CasesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { ValueColumn, StartColumn, DurationColumn, TracesColumn, SpansColumn, ErrorsColumn, StageColumn, OutcomeColumn, SilentColumn, LeadColumn, ColumnTotal }; ///< SilentColumn, LeadColumn: of orders alone
    static constexpr int kOfCases = SilentColumn; ///< columns that all cases have
    /// What is on show.
    struct Content {
        std::shared_ptr<const JourneyState> journey;
        std::shared_ptr<const CaseTotals> totals; ///< of that journey
        std::shared_ptr<const FulfilmentLog> log = {}; ///< where they are orders, what happened to them: how they stand is said of it
        std::vector<CaseNumber> cases;
        uint64_t all = 0; ///< cases of the scope, or of the set that was asked for; those that are filtered out included
        uint64_t outside = 0; ///< of that set: not in the scope
        int64_t longest = 1; ///< ns, of `cases`
    };
    CasesModel(JourneyWords words, QObject* parent) : QAbstractTableModel(parent), words_(std::move(words)) {}

    void setContent(Content content);
    const Content& content() const { return content_; }
    void setTimeZone(TimeZone zone);
    /// The case that is in focus (MarkRole); kNoCase: none.
    void setMarked(CaseNumber number);
    CaseNumber caseAt(int row) const { return content_.cases[static_cast<size_t>(row)]; }
    const CaseIndex::Case& at(int row) const { return content_.journey->cases().cases()[caseAt(row)]; }
    int rowOf(CaseNumber number) const; ///< -1: not in the list

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(CaseNumber number, int column) const;
    QString reachedStages(CaseNumber number) const; ///< of an order: with success
    const JourneyWords words_;
    Content content_;
    TimeZone zone_;
    CaseNumber marked_ = kNoCase;
};

} // namespace aisle
