"""Brands and products that the people of communes know, as their makers write them: signs to look at twice in a need.

Names that are also plain words, streets or public services (Sage, Zoom, Legrand, Vélib’) are left out: a sign that cries wolf is
read no more. Names of the catalogue are found there (models/wording.py), not here.
"""

from __future__ import annotations

WELL_KNOWN = (
    # office, exchanges, networks
    "Microsoft", "Microsoft 365", "Microsoft Azure", "Microsoft Excel", "Microsoft Forms", "Microsoft Teams", "Microsoft Word",
    "Office 365", "SharePoint", "Power BI", "PowerPoint", "OneDrive", "Outlook", "Windows", "Google", "Google Drive",
    "Google Forms", "Google Maps", "Google Meet", "Google Workspace", "Gmail", "Dropbox", "WeTransfer", "Trello", "Doodle",
    "Slack", "Webex", "WhatsApp", "Telegram", "Facebook", "Instagram", "TikTok", "YouTube", "LinkedIn", "ChatGPT", "OpenAI",
    "Copilot", "Gemini", "Mistral AI",
    # software of communes
    "Salesforce", "Zendesk", "HubSpot", "Odoo", "Cegid", "Berger-Levrault", "Ciril", "Arpège", "Maelis", "Pronote", "Docaposte",
    "Doctolib", "Localeo", "Fluicity", "Cap Collectif", "Decidim", "PanneauPocket", "IntraMuros", "Illiwap", "CityAll", "Esri",
    "ArcGIS", "QGIS", "Autodesk", "AutoCAD", "Revit",
    # machines and networks
    "Apple", "iPad", "iPhone", "Android", "Samsung", "Huawei", "Cisco", "Lenovo", "Amazon", "AWS", "OVHcloud", "Sigfox",
    "Siemens", "Schneider Electric", "Philips", "Signify", "Bosch", "Honeywell", "Kärcher", "BigBelly", "JCDecaux", "Tesla",
    "Waze", "TomTom", "PayByPhone", "Uber",
)  # fmt: skip
