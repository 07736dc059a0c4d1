"""A ticket from an institution to its end: raised, accepted, answered, solved, confirmed, rated; two real browsers.

And the queue at work: many at once, a saved view, a colleague named, a picture, tickets split, linked and merged.
"""

import re
from base64 import b64decode

from playwright.sync_api import Browser, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

USER = Person("user1", "desk")
ENGINEER = Person("engineer2", "desk")
RESIDENT_ENGINEER = Person("engineer1", "desk")
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
WHAT = "门诊打印机打不出心电报告，打印机显示脱机"
TITLE = "门诊打印机打不出心电报告"
NOTE = "先看院内打印服务，再看驱动"
ANSWER = "您好，正在远程查看打印服务。"
SOLUTION = "打印服务已重启，试打一页正常。"


def test_a_ticket_goes_all_the_way(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, USER) as user, at_browser(browser, platform, ENGINEER) as engineer:
        user.goto(f"{platform.url}/desk/service")
        user.get_by_role("button", name="报修 / 提问").click()
        form = user.get_by_role("dialog")
        form.get_by_label("出了什么问题").fill(WHAT)
        form.get_by_label("标题（可不填）").fill(TITLE)
        form.get_by_role("button", name="提交").click()
        expect(user.get_by_role("heading", name=TITLE)).to_be_visible()
        expect(user.get_by_text(WHAT)).to_be_visible()
        expect(user.get_by_role("button", name="受理", exact=True)).to_have_count(0)

        engineer.goto(f"{platform.url}/desk/service")
        engineer.get_by_role("link", name=TITLE).click()
        engineer.get_by_role("button", name="受理", exact=True).click()
        said = engineer.get_by_label("写一条消息")
        for text, internal in ((NOTE, True), (ANSWER, False)):
            said.fill(text)
            engineer.get_by_label("仅内部可见").set_checked(internal)
            engineer.get_by_role("button", name="发送").click()
            expect(engineer.get_by_role("article").filter(has_text=text)).to_be_visible()
        engineer.get_by_role("button", name="已解决", exact=True).click()
        engineer.get_by_role("dialog").get_by_label("处理结果").fill(SOLUTION)
        engineer.get_by_role("dialog").get_by_role("button", name="发送").click()
        expect(engineer.get_by_role("region", name="处理结果")).to_contain_text(SOLUTION)

        user.reload()
        expect(user.get_by_role("region", name="处理结果")).to_contain_text(SOLUTION)
        expect(user.get_by_role("article").filter(has_text=ANSWER)).to_be_visible()
        expect(user.get_by_text(NOTE)).to_have_count(0)
        user.get_by_role("button", name="确认解决").click()
        rating = user.get_by_role("region", name="您满意吗？")
        rating.get_by_role("button", name="5").click()
        expect(rating).to_have_count(0)

        engineer.reload()
        expect(engineer.get_by_text("已确认", exact=True)).to_be_visible()
        steps = engineer.get_by_role("region", name="经过").get_by_role("listitem")
        kinds = ["提出", "受理", "内部备注", "答复", "解决", "确认解决"]
        expect(steps).to_have_count(len(kinds))
        for number, kind in enumerate(kinds):
            expect(steps.nth(number)).to_contain_text(f" {kind} · ")


def test_the_queue_is_worked_in_bulk_and_tickets_are_split_linked_and_merged(
    browser: Browser, platform: Platform
) -> None:
    queue = f"{platform.url}/desk/service"
    with at_browser(browser, platform, RESIDENT_ENGINEER) as engineer:
        engineer.goto(queue)
        boxes = engineer.get_by_role("checkbox", name=re.compile("^选择 "))
        for number in range(2):
            boxes.nth(number).check()
        engineer.get_by_label("指派给").select_option(index=1)
        engineer.get_by_role("button", name="批量指派").click()
        expect(engineer.get_by_text("已指派 2 张")).to_be_visible()

        search = engineer.get_by_label("工单号、标题、内容")
        search.fill("病案")
        engineer.get_by_role("button", name="保存视图").click()
        engineer.get_by_role("dialog").get_by_label("视图名称").fill("病案室")
        engineer.get_by_role("dialog").get_by_role("button", name="保存视图").click()
        views = engineer.get_by_label("视图", exact=True)
        views.select_option(label="全部未结")
        expect(search).to_have_value("")
        views.select_option(label="★ 病案室")
        expect(search).to_have_value("病案")
        engineer.get_by_role("link", name=re.compile("病案")).first.click()

        talk = engineer.get_by_label("写一条消息")
        talk.fill("@")
        engineer.get_by_role("list", name="提到同事").get_by_role("button").first.click()
        engineer.get_by_label("常用答复").select_option(label="请截图")
        expect(talk).to_have_value(re.compile(r"^@\S+ .*麻烦发一张完整的屏幕截图。", re.DOTALL))
        engineer.get_by_role("button", name="发送").click()
        expect(engineer.get_by_role("article").filter(has_text="麻烦发一张完整的屏幕截图。")).to_be_visible()
        with engineer.expect_file_chooser() as asked:
            engineer.get_by_role("button", name="附件 / 拍照").click()
        asked.value.set_files({"name": "错误截图.png", "mimeType": "image/png", "buffer": PICTURE})
        engineer.get_by_role("button", name="错误截图.png").click()
        expect(engineer.get_by_role("dialog").get_by_role("img", name="错误截图.png")).to_be_visible()
        engineer.keyboard.press("Escape")

        whole = engineer.url
        chosen(engineer, "拆分工单")
        part = engineer.get_by_role("dialog")
        part.get_by_label("标题").fill("导出后编码列空白")
        part.get_by_role("button", name="拆分").click()
        expect(engineer.get_by_role("heading", name="导出后编码列空白")).to_be_visible()
        expect(engineer.get_by_role("region", name="相关工单")).to_contain_text("拆分自")
        for act, button in (("关联工单", "关联"), ("合并到其他工单", "合并")):
            chosen(engineer, act)
            other = engineer.get_by_role("dialog")
            other.get_by_label("工单号、标题、内容").fill("病案首页导出为空")
            other.get_by_role("radio").first.check()
            if button == "合并":
                other.get_by_label("写明原因").fill("同一问题")
            other.get_by_role("button", name=button, exact=True).click()
            expect(other).to_have_count(0)
        expect(engineer.get_by_text("已并入").first).to_be_visible()
        engineer.goto(whole)
        expect(engineer.get_by_role("region", name="相关工单")).to_contain_text("拆出")


def chosen(page: Page, act: str) -> None:
    """Choose an act of the ticket's menu."""
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name=act).click()
