#pragma once
// Rows of what happened to orders: where they lose time, the stages of their flow, and how they differ from the flow.

#include "export/export.h"
#include "orders/bottlenecks.h"
#include "orders/conformance.h"
#include "orders/fulfilment.h"

#include <QAbstractListModel>

#include <memory>
#include <optional>

namespace aisle {

struct FulfilmentContent {
    std::shared_ptr<const JourneyState> state;
    std::shared_ptr<const FulfilmentLog> log; ///< null: there is nothing
    std::vector<bool> only = {};              ///< by CaseNumber: the orders that count
    FulfilmentFigures figures = {};
    std::optional<FulfilmentFigures> baseline = {}; ///< of the orders that these are compared with
    Conformance conformance = {};
};

class FulfilmentModel : public QAbstractListModel {
    Q_OBJECT
public:
    /// Looking: in place of bottlenecks that are looked for. More: the bottlenecks and long waits that follow it are folded away, or not.
    enum class Kind : uint8_t { Stage, Heading, Bottleneck, LongWait, Deviation, Words, Looking, More };
    struct Line {
        Kind kind = Kind::Words;
        size_t at = 0;      ///< of its kind; of Looking, how many bottlenecks it holds the place of
        QString text;       ///< name of the stage, heading, sentence
        QString detail;     ///< figures, muted
        QString more = {};  ///< of a stage its times; of a heading what the figures of its column are; of a bottleneck nothing
        QString baseline = {}; ///< of a stage, the same of the baseline
        QString alarm = {}; ///< of a stage: what of it is stuck or late
        int space = 0;      ///< px below it
    };
    using QAbstractListModel::QAbstractListModel;

    void setContent(FulfilmentContent content); ///< bottlenecks are looked for
    /// Only the rows above the stages become others.
    void setBottlenecks(std::shared_ptr<const Bottlenecks> found, const QString& problem = {});
    static constexpr size_t kFirst = 3; ///< bottlenecks that are not folded away
    bool isUnfolded() const { return isUnfolded_; }
    void setUnfolded(bool isUnfolded); ///< the rows come and go below the one of Kind::More; stays when other orders are shown
    void setSpaceAboveStages(int pixels); ///< until there are other rows
    /// The rows of another one as they may leave, for a picture.
    void showLeaving(const FulfilmentModel& other, const Redactor& redactor);
    const FulfilmentContent& content() const { return content_; }
    const std::shared_ptr<const Bottlenecks>& bottlenecks() const { return bottlenecks_; } ///< null: not found yet
    const Line* line(int row) const { return row < 0 || row >= rowCount() ? nullptr : &lines_[static_cast<size_t>(row)]; }
    int rowOfStage(std::string_view name) const; ///< -1: none
    double mostShare() const { return mostShare_; } ///< of the time of all orders, of one stage; bars end there
    /// The orders of a row, ascending: that came to the stage, that lost time, that deviate.
    std::vector<CaseNumber> ordersOf(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(lines_.size()); }
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    void fill();
    std::vector<Line> losses() const;
    void showLosses(size_t from, std::vector<Line> lines);
    Line stageLine(size_t stage) const;

    FulfilmentContent content_;
    std::shared_ptr<const Bottlenecks> bottlenecks_;
    QString problem_;
    std::vector<Line> lines_;
    size_t losses_ = 0; ///< lines of where orders lose time, which come first
    size_t expected_ = kFirst; ///< bottlenecks, after those of the orders before
    bool isUnfolded_ = false;
    double mostShare_ = 0;
};

} // namespace aisle
