#pragma once
// The head of the details panel: what, title, badges, facts, warnings. Labels take all text literally.

#include "details/details_content.h"
#include "theme/service_colours.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace aisle {

class DetailsHeader : public QWidget {
    Q_OBJECT
public:
    explicit DetailsHeader(QWidget* parent = nullptr);
    void setContent(const DetailsContent& content, const ServiceColours& colours);
    QString title() const;
    QStringList warnings() const { return warningTexts_; }

protected:
    void paintEvent(QPaintEvent*) override;
    void changeEvent(QEvent* event) override;

private:
    void applyFonts();
    QLabel *what_, *title_, *subtitle_, *warnings_, *notices_;
    QGridLayout* facts_;
    std::vector<QLabel*> names_, values_;
    QStringList warningTexts_;
    std::string service_;
    ServiceColours colours_;
    bool isError_ = false;
};

} // namespace aisle
